/** What of a lab goes where: pure names, and the texts that are ours. */
import type { Lab } from '../../labs/lab';

/** A file of the extension's folder `labs/`, and where its copy lies in the learner's folder. */
export interface CopiedFile {
  readonly from: string;
  readonly to: string;
}

export const README = 'README.md';
/** Names and types of everything a learner's TypeScript may import. */
const DECLARATIONS = 'pacifica.d.ts';
export const TSCONFIG = 'tsconfig.json';

/** Tells the editor's TypeScript what the sandbox is: the language, `pacifica`, nothing else. */
export const TSCONFIG_TEXT = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2022"],
    "types": [],
    "module": "esnext",
    "moduleResolution": "bundler",
    "strict": true,
    "noEmit": true
  },
  "include": ["*.ts"]
}
`;

/** Everything a copy of the lab is made of, but for `TSCONFIG`. */
export function filesOf(lab: Lab, readme: string): CopiedFile[] {
  const beside = [README, ...picturesOf(readme)].map((name) => ({ from: `${lab.id}/${name}`, to: name }));
  const starter = lab.files.map((name) => ({ from: `${lab.id}/starter/${name}`, to: name }));
  const types = lab.kind === 'typescript' ? [{ from: DECLARATIONS, to: DECLARATIONS }] : [];
  return [...starter, ...beside, ...types];
}

/** The pictures of a README that lie in its own folder. */
function picturesOf(readme: string): string[] {
  const links = readme.matchAll(/!\[[^\]]*\]\((?:<([^>]*)>|([^)\s]+))/g);
  const names = [...links].map(([, bracketed, plain]) => bracketed ?? plain ?? '');
  return [...new Set(names)].filter((name) => /^[\w-][\w./-]*$/.test(name) && !name.split('/').includes('..'));
}

/** The first free name for what a reset puts aside: `cpuid.ts.before-reset`, `cpuid.ts.before-reset-2`, … */
export function backupName(file: string, taken: (name: string) => boolean): string {
  const first = `${file}.before-reset`;
  if (!taken(first)) return first;
  for (let n = 2; ; n++) if (!taken(`${first}-${n}`)) return `${first}-${n}`;
}
