/** A learner's TypeScript without its types: modern JavaScript with every statement on the line it was written on. */
import { transform } from 'sucrase';
import { LineMap } from './line-map';
import { SandboxError } from './sandbox-error';

export interface CompiledModule {
  /** What errors call it. */
  readonly file: string;
  /** As the learner wrote it. */
  readonly text: string;
  readonly code: string;
  /** Places in `code` → places in `text`. */
  readonly map: LineMap;
}

/** What the transform would leave out without a word, because it is more than types. */
const LEFT_OUT = [
  {
    pattern: /^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.]+[ \t]*\{/m,
    what: 'a namespace: use plain constants and functions',
  },
  { pattern: /^[ \t]*import[ \t]+\w+[ \t]*=/m, what: "import … = …: use import { … } from 'pacifica'" },
  { pattern: /^[ \t]*export[ \t]*=/m, what: 'export = …: use export const' },
] as const;

/** Throws SandboxError for what is no TypeScript. */
export function compile(file: string, text: string): CompiledModule {
  for (const { pattern, what } of LEFT_OUT) {
    const match = pattern.exec(text);
    if (match) throw at(file, text, match.index, `the sandbox does not run ${what}`);
  }
  try {
    const { code, sourceMap } = transform(text, {
      transforms: ['typescript'],
      disableESTransforms: true,
      filePath: file,
      sourceMapOptions: { compiledFilename: file },
    });
    return { file, text, code, map: new LineMap(sourceMap?.mappings ?? '') };
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    const words = message.replace(`Error transforming ${file}: `, '').replace(/ \(\d+:\d+\)$/, '');
    throw new SandboxError(`this is no TypeScript: ${words}`, file, loc?.line ?? 1, loc?.column ?? 1);
  }
}

/** An error at an index of a text. */
export function at(file: string, text: string, index: number, message: string): SandboxError {
  const before = text.slice(0, index).split('\n');
  const indent = /^\s*/.exec(text.slice(index))![0].length;
  return new SandboxError(message, file, before.length, before[before.length - 1]!.length + 1 + indent);
}
