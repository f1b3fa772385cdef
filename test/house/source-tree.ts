/** The sources as the laws read them: every file, its text and its imports. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** `#name` of package.json's `imports`: a file for Node and one for the browser; both are looked at. */
const SUBPATHS =
  (JSON.parse(readFileSync('package.json', 'utf8')) as { imports?: Record<string, unknown> }).imports ?? {};

function meantBy(name: string, subpaths: Record<string, unknown>): string[] {
  const meant = subpaths[name];
  return typeof meant === 'object' && meant !== null ? Object.values(meant).map(String) : [String(meant ?? name)];
}

/** Path from the repository's top, with forward slashes, to the text. */
export type SourceTree = ReadonlyMap<string, string>;

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file it means, for a relative import of one that exists; else undefined. */
  readonly target: string | undefined;
  /** Only types cross: `import type`, or every name in it marked so. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** What is made here and never committed, for a copy of the sources that is no git repository. */
const MADE = new Set(['.git', 'node_modules', 'dist', '.cache', 'test-results']);

/** Every file that is committed or about to be. */
export function repositoryFiles(): string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const files = status === 0 ? stdout.split('\0').filter((file) => file !== '') : walk('.');
  return [...new Set(files)].filter((file) => existsSync(file)).sort();
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (MADE.has(entry.name)) return [];
    return entry.isDirectory() ? walk(file) : [file];
  });
}

/** The files under some folders (or so named) with some endings. */
export function readTree(places: readonly string[], endings: readonly string[]): SourceTree {
  const wanted = repositoryFiles().filter(
    (file) =>
      places.some((place) => file === place || file.startsWith(`${place}/`)) &&
      endings.some((ending) => file.endsWith(ending)),
  );
  return new Map(wanted.map((file) => [file, readFileSync(file, 'utf8')]));
}

export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Visits a node and everything below it. */
export function visit(node: ts.Node, each: (node: ts.Node) => void): void {
  each(node);
  ts.forEachChild(node, (child) => visit(child, each));
}

/** Every import of a file: static, re-export, dynamic, `require` and `import('…')` in types. */
export function importsOf(file: string, tree: SourceTree): Import[] {
  const source = parse(file, tree.get(file) ?? '');
  const imports: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    for (const written of text.startsWith('#') ? meantBy(text, SUBPATHS) : [text]) {
      const target = resolveImport(written.startsWith('./src/') ? '' : file, written, tree);
      imports.push({ specifier: written, target, typeOnly, line: lineOf(source, node) });
    }
  };
  visit(source, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, importsTypesOnly(node));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const loads =
        callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
      if (loads) add(node, node.arguments[0], false);
    }
  });
  return imports;
}

function importsTypesOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

function resolveImport(from: string, specifier: string, tree: SourceTree): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = path.posix.join(path.posix.dirname(from), specifier);
  return [base, `${base}.ts`, `${base}.d.ts`, `${base}/index.ts`].find((candidate) => tree.has(candidate));
}
