/** labs/pacifica.d.ts: in step with its tables, and what TypeScript makes of a learner's file with it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { LABS } from '../../labs/catalog';
import { declarations } from '../../src/sandbox/bridge/declarations';
import { moduleSource } from '../../src/sandbox/bridge/module-source';
import { TSCONFIG_TEXT } from '../../src/vscode/labs/lab-files';

const ROOT = process.cwd();
const TEXT = fs.readFileSync(path.join(ROOT, 'labs/pacifica.d.ts'), 'utf8');
const OPTIONS = ts.convertCompilerOptionsFromJson(
  (JSON.parse(TSCONFIG_TEXT) as { compilerOptions: object }).compilerOptions,
  ROOT,
).options;

/** Sources of TypeScript's own library, parsed once. */
const LIBRARY = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript says of a file beside pacifica.d.ts, as a learner's folder is set up; `wholly`: and of pacifica.d.ts. */
function complaints(text: string, wholly = false): string[] {
  const files = new Map([
    ['/lab/pacifica.d.ts', TEXT],
    ['/lab/handlers.ts', text],
  ]);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, options) => {
    const own = files.get(name);
    if (own !== undefined && name !== '/lab/pacifica.d.ts') return ts.createSourceFile(name, own, options);
    if (!LIBRARY.has(name)) {
      LIBRARY.set(name, own === undefined ? getSourceFile(name, options) : ts.createSourceFile(name, own, options));
    }
    return LIBRARY.get(name);
  };
  const program = ts.createProgram([...files.keys()], { ...OPTIONS, skipLibCheck: !wholly }, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const inHandler = (body: string): string => `import * as pacifica from 'pacifica';
export const exits: pacifica.Handlers = {
  VMEXIT_CPUID(vcpu) {
    ${body}
    return pacifica.advance();
  },
};
`;

describe('the declarations of pacifica', function () {
  this.timeout(60_000);

  it('are what `node scripts/declarations.mjs` writes', () => {
    assert.ok(TEXT === declarations(), 'labs/pacifica.d.ts is not up to date: run node scripts/declarations.mjs');
  });

  it('name what the module exports, and nothing else', () => {
    const source = ts.createSourceFile('pacifica.d.ts', TEXT, ts.ScriptTarget.ES2022);
    const declared = new Set<string>();
    const visit = (node: ts.Node): void => {
      const exported =
        ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (exported && ts.isVariableStatement(node)) {
        for (const { name } of node.declarationList.declarations) declared.add(name.getText(source));
      } else if (exported && ts.isFunctionDeclaration(node)) declared.add(node.name!.text);
      else if (ts.isModuleDeclaration(node) || ts.isModuleBlock(node)) ts.forEachChild(node, visit);
    };
    ts.forEachChild(source, visit);
    const exported = [...moduleSource().matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name!);
    assert.deepEqual([...declared].sort(), exported.sort());
  });

  it('are in order themselves, and let a handler be written without annotations', () => {
    assert.deepEqual(complaints(inHandler('vcpu.ebx = pacifica.host.cpuid(vcpu.eax, vcpu.ecx).ebx;'), true), []);
    assert.deepEqual(complaints(inHandler('let bits = pacifica.PTE_P; bits |= pacifica.PTE_NX; vcpu.rax = bits;')), []);
    assert.deepEqual(complaints(inHandler('vcpu.vmcb.hostReserved = new Uint8Array(32);')), []);
  });

  for (const [what, body, complaint] of [
    ['a field that does not exist', 'vcpu.vmcb.nextRip += 2n;', /4: Property 'nextRip' does not exist on type 'Vmcb'/],
    ['a number where 64 bits are', 'vcpu.rip = 3;', /4: Type 'number' is not assignable to type 'bigint'/],
    ['an intercept that does not exist', "vcpu.intercept('CPUD', true);", /4: .*'"CPUD"' is not assignable/],
    ['a write to a read-only property', 'vcpu.guest.size = 1n;', /4: .*read-only/],
    ['what the sandbox has not: console', "console.log('x');", /4: Cannot find name 'console'/],
  ] as const) {
    it(`show ${what}`, () => {
      const found = complaints(inHandler(body));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]!, complaint);
    });
  }

  for (const { id, files, mutants } of LABS.filter(({ kind }) => kind === 'typescript')) {
    it(`find nothing to say of ${id}: starter, solution and mutants`, () => {
      const folders = ['starter', 'solution', ...Object.keys(mutants).map((name) => `mutants/${name}`)];
      const checked = folders.flatMap((folder) =>
        files
          .map((file) => path.join('labs', id, folder, file))
          .filter((file) => file.endsWith('.ts') && fs.existsSync(path.join(ROOT, file)))
          .map((file) => ({ file, found: complaints(fs.readFileSync(path.join(ROOT, file), 'utf8')) })),
      );
      assert.ok(checked.length >= folders.length, `${checked.length} files`);
      assert.deepEqual(
        checked.filter(({ found }) => found.length > 0),
        [],
      );
    });
  }

  it('show an exit that does not exist, and a handler that answers nothing', () => {
    const wrong =
      "import type { Handlers } from 'pacifica';\nexport const exits: Handlers = {\n VMEXIT_CPUD() {},\n};\n";
    assert.match(complaints(wrong).join('\n'), /3: .*'VMEXIT_CPUD' does not exist in type 'Handlers'/);
    const silent =
      "import type { Handlers } from 'pacifica';\nexport const exits: Handlers = {\n VMEXIT_CPUID() {},\n};\n";
    assert.match(complaints(silent).join('\n'), /3: Type '\(\) => void' is not assignable/);
  });
});
