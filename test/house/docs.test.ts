/** The documents, held against what they speak of. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LABS } from '../../labs/catalog';
import { withReference } from '../../scripts/lib/launch-reference.mjs';
import { DISASM_HELP } from '../../src/cli/disasm';
import { GRADE_HELP } from '../../src/cli/grade';
import { LABS_HELP } from '../../src/cli/labs';
import { RUN_HELP } from '../../src/cli/run';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly title: string; readonly category: string }[];
    readonly debuggers: readonly {
      readonly configurationAttributes: { readonly launch: { readonly properties: Readonly<Record<string, object>> } };
    }[];
  };
}

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'samples/first-light/README.md'].concat(
  readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);
const text = (page: string): string => readFileSync(page, 'utf8');

/** Each page's faults in one list, so that a failure tells all. */
function faults(of: (page: string) => string[]): string[] {
  return PAGES.flatMap((page) => of(page).map((fault) => `${page}: ${fault}`));
}

describe('the documents', () => {
  it('link to files that are there', () => {
    const missing = faults((page) =>
      [...text(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, to = '']) => to)
        .filter((to) => !/^https?:/.test(to) && !existsSync(path.join(path.dirname(page), to))),
    );
    assert.deepEqual(missing, []);
  });

  it('are all reached from README.md', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const [, to = ''] of text(page).matchAll(/\]\(([\w./-]+\.md)/g)) {
        reached.add(path.join(path.dirname(page), to));
      }
    }
    assert.deepEqual(
      PAGES.filter((page) => page.startsWith('docs/') && !reached.has(page)),
      [],
    );
  });

  it('name commands that the palette has', () => {
    const titles = new Set(MANIFEST.contributes.commands.map(({ title, category }) => `${category}: ${title}`));
    const unknown = faults((page) =>
      [...text(page).matchAll(/\*\*(Pacifica: [^*…]+)\*\*/g)]
        .map(([, title = '']) => title)
        .filter((title) => !titles.has(title)),
    );
    assert.deepEqual(unknown, []);
  });

  it('name scripts that package.json has', () => {
    const unknown = faults((page) =>
      [...text(page).matchAll(/npm (?:run (?:-s )?)?([\w:]+)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !/^(run|ci|install)$/.test(name) && !(name in MANIFEST.scripts)),
    );
    assert.deepEqual(unknown, []);
  });

  it('launch.md is what package.json says: node scripts/launch-reference.mjs writes it anew', () => {
    const page = text('docs/launch.md');
    assert.equal(page, withReference(page, MANIFEST));
  });

  it('launch.md shows configurations that package.json knows', () => {
    const known = { ...MANIFEST.contributes.debuggers[0]?.configurationAttributes.launch.properties };
    const blocks = [...text('docs/launch.md').matchAll(/```json\n([\s\S]*?)```/g)];
    assert.ok(blocks.length > 0);
    for (const [, block = ''] of blocks) {
      const parsed = JSON.parse(block) as { configurations?: object[] };
      for (const configuration of parsed.configurations ?? [parsed]) {
        const { type, request, name, ...rest } = configuration as Record<string, unknown>;
        assert.deepEqual({ type, request }, { type: 'pacifica', request: 'launch' });
        assert.equal(typeof name, 'string');
        assert.deepEqual(
          Object.keys(rest).filter((word) => !(word in known)),
          [],
        );
      }
    }
  });

  it('command-line.md has what --help prints', () => {
    const page = text('docs/command-line.md');
    for (const help of [RUN_HELP, DISASM_HELP, GRADE_HELP, LABS_HELP]) {
      assert.ok(page.includes(help.trimEnd()), `not as it is printed:\n${help}`);
    }
  });

  it('labs.md has every lab', () => {
    const rows = [...text('docs/labs.md').matchAll(/^\| +(\d+) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)];
    assert.deepEqual(
      rows.map(([, number, title, concept, task]) => ({ number: Number(number), title, concept, task })),
      LABS.map(({ number, title, concept, task }) => ({ number, title, concept, task })),
    );
  });
});
