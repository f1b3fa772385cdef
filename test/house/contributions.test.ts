import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { colourFaults, commandFaults, launchFaults, missingFiles, newerThanEngine } from './contributions';
import type { Manifest } from './contributions';
import {
  BOOT_KINDS,
  CONSOLES,
  CPU_NAMES,
  LAB_MODES,
  NESTED_PAGES,
  PAGING_CHOICES,
} from '../../src/session/launch-options';
import { readTree } from './source-tree';

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const LAUNCH_WORDS = {
  boot: BOOT_KINDS,
  mode: LAB_MODES,
  cpu: CPU_NAMES,
  paging: PAGING_CHOICES,
  nestedPages: NESTED_PAGES,
  console: CONSOLES,
};

describe('package.json keeps its word', () => {
  it('every file it names is there after a build', () => assert.deepEqual(missingFiles(MANIFEST, existsSync), []));
  it('commands are contributed and registered', () => {
    assert.deepEqual(commandFaults(MANIFEST, readTree(['src/vscode', 'src/extension.ts'], ['.ts'])), []);
  });
  it('theme colours are contributed and used', () => {
    assert.deepEqual(colourFaults(MANIFEST, readTree(['webview'], ['.css', '.ts'])), []);
  });
  it('launch.json offers what is understood', () => {
    assert.deepEqual(launchFaults(MANIFEST, LAUNCH_WORDS), []);
  });
  it('the API it is compiled against is that of the oldest editor', () => {
    assert.deepEqual(newerThanEngine(MANIFEST), []);
  });
  it('all is bundled: nothing is installed with the extension', () => {
    assert.deepEqual(Object.keys(MANIFEST.dependencies ?? {}), []);
  });
});

describe('package.json could break its word', () => {
  const manifest = (contributes: Manifest['contributes']): Manifest => ({ ...MANIFEST, contributes });
  const sources = (text: string) => new Map([['src/vscode/a.ts', text]]);

  it('by a file', () => {
    const faults = missingFiles(
      manifest({ grammars: [{ path: './media/none.json' }] }),
      (file) => file !== 'media/none.json',
    );
    assert.equal(faults.length, 1);
  });

  it('by a command', () => {
    const one = manifest({ commands: [{ command: 'pacifica.one' }] });
    assert.equal(commandFaults(one, sources('')).length, 1);
    assert.equal(commandFaults(one, sources("registerCommand('pacifica.one', f)")).length, 0);
    assert.equal(commandFaults(manifest({}), sources("registerCommand('pacifica.two', f)")).length, 1);
    const menus = { 'editor/title': [{ command: 'pacifica.three' }] };
    assert.equal(commandFaults(manifest({ menus }), sources('')).length, 1);
  });

  it('by a colour', () => {
    const defaults = { dark: '#fff', light: '#000', highContrast: '#fff', highContrastLight: '#000' };
    const styles = (text: string) => new Map([['webview/vmcb/style.css', text]]);
    const colors = [{ id: 'pacifica.guest', defaults }];
    assert.equal(colourFaults(manifest({ colors }), styles('color: var(--vscode-pacifica-guest)')).length, 0);
    assert.equal(colourFaults(manifest({ colors }), styles('')).length, 1);
    assert.equal(colourFaults(manifest({}), styles('color: var(--vscode-pacifica-guest)')).length, 1);
    const one = [{ id: 'pacifica.guest', defaults: { dark: '#fff' } }];
    assert.equal(colourFaults(manifest({ colors: one }), styles('--vscode-pacifica-guest')).length, 3);
  });

  it('by a word of launch.json', () => {
    assert.equal(launchFaults(MANIFEST, { ...LAUNCH_WORDS, cpu: [...CPU_NAMES, 'zen9'] }).length, 1);
    assert.equal(launchFaults(MANIFEST, { ...LAUNCH_WORDS, paging: ['nested'] }).length, 2);
  });

  it('by types of a newer editor', () => {
    const newer = { ...MANIFEST, devDependencies: { '@types/vscode': '~1.999.0' } };
    assert.equal(newerThanEngine(newer).length, 1);
  });
});
