/** The laws of the house, each a function from sources to what breaks it: `file:line: what`. */
import ts from 'typescript';
import type { Room } from './rooms';
import { importsOf, lineOf, parse, visit } from './source-tree';
import type { SourceTree } from './source-tree';

/** Is a file in the room or the single file so named? */
function inside(file: string, place: string): boolean {
  return file.startsWith(`${place}/`) || file.replace(/(\.d)?\.ts$/, '') === place;
}

export function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  const fits = rooms.filter((room) => inside(file, room.at));
  return fits.sort((a, b) => b.at.length - a.at.length)[0];
}

/** Law 1: a room imports only what stands below it. */
export function upwardImports(tree: SourceTree, rooms: readonly Room[]): string[] {
  const faults: string[] = [];
  for (const file of tree.keys()) {
    const room = roomOf(file, rooms);
    if (!room) {
      faults.push(`${file}: stands in no room`);
      continue;
    }
    for (const { specifier, target, typeOnly, line } of importsOf(file, tree)) {
      const where = `${file}:${line}`;
      if (!specifier.startsWith('.')) {
        const allowed = (room.packages ?? []).some(
          (name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`),
        );
        if (!allowed) faults.push(`${where}: ${room.at} may not import the package '${specifier}'`);
      } else if (/\.(asm|inc)$/.test(specifier)) {
        // a text, which the bundler takes in
      } else if (!target) {
        faults.push(`${where}: '${specifier}' is no file of the house`);
      } else if (!inside(target, room.at)) {
        const place = room.sees.find((seen) => inside(target, seen));
        if (!place) faults.push(`${where}: ${room.at} may not see ${target}`);
        else if (room.typesOnly?.includes(place) && !typeOnly) {
          faults.push(`${where}: ${room.at} may take only types from ${place}`);
        }
      }
    }
  }
  return faults;
}

/** Law 2: no circles; imports of types count. Each circle is told once, as the path around it. */
export function importCircles(tree: SourceTree): string[] {
  const next = new Map<string, string[]>();
  for (const file of tree.keys()) {
    next.set(
      file,
      importsOf(file, tree).flatMap(({ target }) => (target ? [target] : [])),
    );
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of next.get(file) ?? []) walk(target);
    path.pop();
    done.add(file);
  };
  for (const file of tree.keys()) walk(file);
  return circles;
}

/** Names through which time, chance or an order of events not our own would come in. */
const UNDETERMINED = new Set([
  'Date',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'Promise',
  'Atomics',
  'WeakRef',
  'FinalizationRegistry',
]);

/** Law 4: no clock, no chance, no timers, no promises. */
export function undeterminedNames(tree: SourceTree): string[] {
  const faults: string[] = [];
  for (const [file, text] of tree) {
    const source = parse(file, text);
    const fault = (node: ts.Node, what: string) => faults.push(`${file}:${lineOf(source, node)}: ${what}`);
    visit(source, (node) => {
      if (ts.isIdentifier(node) && UNDETERMINED.has(node.text) && !isMemberName(node)) fault(node, node.text);
      else if (node.kind === ts.SyntaxKind.AsyncKeyword) fault(node, 'async');
      else if (ts.isAwaitExpression(node)) fault(node, 'await');
      else if (ts.isPropertyAccessExpression(node) && node.getText(source) === 'Math.random')
        fault(node, 'Math.random');
      else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
        fault(node, 'import()');
    });
  }
  return faults;
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node && parent.expression.getText() !== 'globalThis') ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) &&
      parent.name === node) ||
    ((ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isEnumMember(parent)) &&
      parent.name === node)
  );
}

/** Law 3, its part that can be read off: a variable of a module is state that no snapshot takes. */
export function moduleVariables(tree: SourceTree): string[] {
  const faults: string[] = [];
  for (const [file, text] of tree) {
    if (file.endsWith('.d.ts')) continue;
    const source = parse(file, text);
    for (const statement of source.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      if (statement.declarationList.flags & ts.NodeFlags.Const) continue;
      faults.push(`${file}:${lineOf(source, statement)}: a variable of the module`);
    }
  }
  return faults;
}

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|editor|d|config))*\.(ts|mjs|cjs|js|css)$/;

/** Names: files kebab-case after the thing; no `I` before an interface, no Manager, Service or Util. */
export function badNames(tree: SourceTree): string[] {
  const faults: string[] = [];
  for (const [file, text] of tree) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (!KEBAB_CASE.test(name)) faults.push(`${file}: not kebab-case`);
    if (!file.endsWith('.ts')) continue;
    const source = parse(file, text);
    visit(source, (node) => {
      if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node) && !ts.isTypeAliasDeclaration(node)) return;
      const word = node.name?.text ?? '';
      if (/^I[A-Z][a-z]/.test(word) && ts.isInterfaceDeclaration(node)) {
        faults.push(`${file}:${lineOf(source, node)}: ${word} has an I before it`);
      }
      if (/(Manager|Service|Utils?)$/.test(word)) {
        faults.push(`${file}:${lineOf(source, node)}: ${word} says nothing`);
      }
    });
  }
  return faults;
}

/** No default exports, and no file that only hands on what others export. */
export function looseExports(tree: SourceTree): string[] {
  const faults: string[] = [];
  for (const [file, text] of tree) {
    if (/(^|\/)index\.[a-z]+$/.test(file)) faults.push(`${file}: a barrel`);
    const source = parse(file, text);
    for (const statement of source.statements) {
      const where = `${file}:${lineOf(source, statement)}`;
      if (ts.isExportAssignment(statement)) faults.push(`${where}: a default export`);
      if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && !statement.exportClause) {
        faults.push(`${where}: hands on another file's exports`);
      }
      const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
      if (modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))
        faults.push(`${where}: a default export`);
    }
  }
  return faults;
}

/** A file is read in one sitting: no more lines than this, unless it is a table. */
export function longFiles(tree: SourceTree, limit: number, tables: readonly string[]): string[] {
  const faults: string[] = [];
  for (const [file, text] of tree) {
    const lines = text.split('\n').length - 1;
    if (lines > limit && !tables.includes(file)) faults.push(`${file}: ${lines} lines`);
  }
  return faults;
}

/** Texts that speak of the place where they were written, or of a document that is not here. */
export function strayWords(texts: SourceTree, words: readonly RegExp[]): string[] {
  const faults: string[] = [];
  const documents = new Set([...texts.keys()].map((file) => file.slice(file.lastIndexOf('/') + 1)));
  for (const [file, text] of texts) {
    text.split('\n').forEach((line, index) => {
      for (const word of words) {
        const found = word.exec(line);
        if (found) faults.push(`${file}:${index + 1}: '${found[0].trim()}'`);
      }
      for (const [document] of line.matchAll(/\b[A-Z][\w-]*\.md\b/g)) {
        if (!documents.has(document)) faults.push(`${file}:${index + 1}: there is no ${document}`);
      }
    });
  }
  return faults;
}
