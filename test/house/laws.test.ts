import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  badNames,
  importCircles,
  longFiles,
  looseExports,
  moduleVariables,
  strayWords,
  undeterminedNames,
  upwardImports,
} from './laws';
import { ROOMS } from './rooms';
import { readTree, repositoryFiles } from './source-tree';
import type { SourceTree } from './source-tree';

/** No more lines than this in a file that is not a table. */
const LINES = 500;
/** The files that are tables: rows of facts, one after the other, in an order that splitting would hide. */
const TABLES: readonly string[] = [];

/** Words of a workshop, not of the thing made in it. Put together here, so that this file does not hold them. */
const STRAY_WORDS = [
  ['(^|[^\\w.])/wo', 'rk/'],
  ['\\.\\./sha', 'red/(facts|design|bench|spike|hooks)\\b'],
  ['/tmp/bri', 'ef'],
  ['\\bsub', 'agent'],
  ['registry\\.np', 'mjs\\.org'],
  ['deb\\.deb', 'ian\\.org'],
].map((parts) => new RegExp(parts.join('')));

function tree(files: Record<string, string>): SourceTree {
  return new Map(Object.entries(files));
}

/** The sources of the labs but what learners hand in, which lives in the sandbox, and the declarations made for them. */
function ownLabFiles(): SourceTree {
  const own = [...readTree(['labs'], ['.ts'])].filter(
    ([file]) => !/^labs\/[^/]+\/(starter|solution|mutants)\//.test(file) && file !== 'labs/pacifica.d.ts',
  );
  return new Map(own);
}

function none(faults: readonly string[]): void {
  assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
}

describe('the laws of the house', () => {
  const labs = ownLabFiles();
  const house = new Map([...readTree(['src', 'webview'], ['.ts']), ...labs]);
  const engine = readTree(['src/engine'], ['.ts']);
  const stateful = readTree(['src/engine', 'src/hypervisor'], ['.ts']);
  const all = new Map([...readTree(['src', 'webview', 'test'], ['.ts']), ...labs]);
  const code = new Map([...readTree(['src', 'webview', 'test', 'scripts'], ['.ts', '.mjs', '.cjs']), ...labs]);
  const named = new Map([...readTree(['src', 'webview', 'test', 'scripts'], ['.ts', '.css', '.mjs', '.cjs']), ...labs]);

  it('1: imports only point down', () => none(upwardImports(house, ROOMS)));
  it('2: no import circles', () => none([...importCircles(house), ...importCircles(all)]));
  it('3: no variables of modules in engine and hypervisor', () => none(moduleVariables(stateful)));
  it('4: no clock, chance, timers or promises in engine and hypervisor', () => none(undeterminedNames(stateful)));
  it('the engine was read', () => assert.ok(engine.size > 10));
  it('names: kebab-case files, no I, Manager, Service, Util', () => none(badNames(named)));
  it('no default exports, no barrels', () => none(looseExports(all)));
  it(`no file over ${LINES} lines that is not a table`, () => none(longFiles(code, LINES, TABLES)));
  it('every table named is there', () => none(TABLES.filter((file) => !named.has(file))));
  it('the repository speaks only of itself', () => {
    const texts = repositoryFiles().filter((file) => !/\.(png|bin|ico|ttf|gz|wasm)$/.test(file));
    none(strayWords(new Map(texts.map((file) => [file, readFileSync(file, 'utf8')])), STRAY_WORDS));
  });
});

describe('the laws can be broken', () => {
  const arch = 'src/engine/arch/msr.ts';

  it('by an import that points up', () => {
    const faults = upwardImports(
      tree({ [arch]: "import { a } from '../cpu/loop';", 'src/engine/cpu/loop.ts': '' }),
      ROOMS,
    );
    assert.deepEqual(faults, [`${arch}:1: src/engine/arch may not see src/engine/cpu/loop.ts`]);
  });

  it('by a device that knows the machine, also when only for its type', () => {
    const files = {
      'src/engine/devices/pit.ts': "import type { Machine } from '../machine/machine';",
      'src/engine/machine/machine.ts': '',
    };
    assert.equal(upwardImports(tree(files), ROOMS).length, 1);
  });

  it('by a package in the engine', () => {
    assert.equal(upwardImports(tree({ [arch]: "import fs from 'node:fs';" }), ROOMS).length, 1);
    assert.equal(upwardImports(tree({ [arch]: "const fs = require('fs');" }), ROOMS).length, 1);
    assert.equal(upwardImports(tree({ [arch]: "type Uri = import('vscode').Uri;" }), ROOMS).length, 1);
  });

  it('by vscode outside its folder', () => {
    assert.equal(upwardImports(tree({ 'src/debug/adapter.ts': "import * as vscode from 'vscode';" }), ROOMS).length, 1);
    assert.equal(upwardImports(tree({ 'src/vscode/panels.ts': "import * as vscode from 'vscode';" }), ROOMS).length, 0);
  });

  it("by a hypervisor that looks past host mode, but not by VMCB's layout", () => {
    const files = (specifier: string) => ({
      'src/hypervisor/vm.ts': `import { x } from '${specifier}';`,
      'src/engine/state/vmcb.ts': '',
      'src/engine/state/ram.ts': '',
    });
    assert.equal(upwardImports(tree(files('../engine/state/vmcb')), ROOMS).length, 0);
    assert.equal(upwardImports(tree(files('../engine/state/ram')), ROOMS).length, 1);
  });

  it('by values from a room that gives only types', () => {
    const files = (words: string) => ({ 'src/protocol/codec.ts': `${words} from '../engine/arch/msr';`, [arch]: '' });
    assert.equal(upwardImports(tree(files('import { MSRS }')), ROOMS).length, 1);
    assert.equal(upwardImports(tree(files('import type { Msr }')), ROOMS).length, 0);
    assert.equal(upwardImports(tree(files('import { type Msr }')), ROOMS).length, 0);
  });

  it('by a file in no room, and by an import of no file', () => {
    assert.equal(upwardImports(tree({ 'src/helpers/misc.ts': '' }), ROOMS).length, 1);
    assert.equal(upwardImports(tree({ [arch]: "import './nowhere';" }), ROOMS).length, 1);
  });

  it('by a circle, told once', () => {
    const files = {
      'a.ts': "import type { B } from './b';",
      'b.ts': "export { c } from './c';",
      'c.ts': "const a = () => import('./a');",
      'd.ts': "import './a';",
    };
    assert.deepEqual(importCircles(tree(files)), ['a.ts → b.ts → c.ts → a.ts']);
  });

  for (const text of [
    'const now = Date.now();',
    'const x = Math.random();',
    'globalThis.setTimeout(f, 1);',
    'const f = async () => 1;',
    'await f();',
    'const p: Promise<number> = g();',
    'performance.now();',
    "const m = import('./b');",
  ]) {
    it(`by ${text}`, () => assert.notEqual(undeterminedNames(tree({ [arch]: text })).length, 0));
  }

  it("but not by a member's name or a comment", () => {
    const text = '// Date\nconst rtc = { Date: 1 }; rtc.Date;\ninterface Rtc { Date: number }';
    none(undeterminedNames(tree({ [arch]: text })));
  });

  it('by a variable of a module, not by a constant', () => {
    assert.equal(moduleVariables(tree({ [arch]: 'let last = 0;' })).length, 1);
    assert.equal(moduleVariables(tree({ [arch]: 'const FIRST = 0; function f() { let x = 1; }' })).length, 0);
  });

  it('by names', () => {
    assert.equal(badNames(tree({ 'src/PageTable.ts': '' })).length, 1);
    assert.equal(badNames(tree({ 'src/page_table.ts': '' })).length, 1);
    assert.equal(badNames(tree({ 'src/page-table.test.ts': 'interface IDevice {}' })).length, 1);
    assert.equal(badNames(tree({ 'src/a.ts': 'class VmManager {}' })).length, 1);
    assert.equal(badNames(tree({ 'src/a.ts': 'interface Idt {} interface IOPM {} class Vm {}' })).length, 0);
  });

  it('by default exports and barrels', () => {
    assert.equal(looseExports(tree({ 'src/a.ts': 'export default 1;' })).length, 1);
    assert.equal(looseExports(tree({ 'src/a.ts': 'export default function f() {}' })).length, 1);
    assert.equal(looseExports(tree({ 'src/a.ts': "export * from './b';" })).length, 1);
    assert.equal(looseExports(tree({ 'src/isa/index.ts': '' })).length, 1);
  });

  it('by length, unless a table', () => {
    const files = tree({ [arch]: '\n'.repeat(LINES + 1) });
    assert.equal(longFiles(files, LINES, []).length, 1);
    assert.equal(longFiles(files, LINES, [arch]).length, 0);
  });

  it('by words of the workshop and documents that are not here', () => {
    const words = (text: string) => strayWords(tree({ 'README.md': text }), STRAY_WORDS).length;
    assert.equal(words(`see /wo${'rk'}/main`), 1);
    assert.equal(words('see HOUSE' + '.md'), 1);
    assert.equal(words('see README.md, at home/work/ or in framework/'), 0);
  });
});
