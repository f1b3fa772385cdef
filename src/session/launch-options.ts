/** What may be asked of a launch, whoever asks: a launch configuration, the command line, a lab. Wrong words are met with one sentence. */
import { PROFILES, type ProfileName } from '../engine/cpu/profiles';
import type { PagingChoice } from '../hypervisor/guest-spec';

export const BOOT_KINDS = ['asm', 'flat', 'rom', 'elf', 'multiboot', 'linux'] as const;
export type BootKind = (typeof BOOT_KINDS)[number];
export const LAB_MODES = ['guest', 'bare'] as const;
export type LabMode = (typeof LAB_MODES)[number];
export const PAGING_CHOICES = ['nested', 'shadow', 'own'] as const satisfies readonly PagingChoice[];
export const NESTED_PAGES = ['4K', '2M'] as const;
export const CPU_NAMES = Object.keys(PROFILES) as readonly ProfileName[];
export const CONSOLES = ['serial', 'virtio'] as const;
/** Of weights. */
export const HEAVIEST = 1000;

/** A file that a multiboot kernel is handed. */
export interface ModuleOptions {
  readonly file: string;
  /** Words behind the file's name in the module's string. */
  readonly append?: string;
}

/** One guest under the built-in hypervisor. */
export interface GuestOptions {
  /** The file to run. */
  readonly program: string;
  /** How its bytes become a running machine; absent: told from the file's name. */
  readonly boot?: BootKind;
  /** What the guest is called; absent: guest A, guest B, … */
  readonly name?: string;
  /** The command line: in the protocol of a Linux or multiboot kernel, else as in machine/boot/command-line. */
  readonly append?: string;
  /** A file: the first file system of a Linux kernel. */
  readonly initrd?: string;
  /** A file: what a virtio disk holds at the start. What is written stays in memory, the file as it was. */
  readonly disk?: string;
  /** With a virtio console beside COM1, which hears what is typed, or with COM1 alone; serial if left out. */
  readonly console?: (typeof CONSOLES)[number];
  /** Of a multiboot kernel. */
  readonly modules?: readonly ModuleOptions[];
  /** Megabytes. */
  readonly memory?: number;
  /** Share of the processor, relative to the weights of the other guests; 1 if left out. */
  readonly weight?: number;
  /** How guest-physical memory is mapped; nested if left out. */
  readonly paging?: PagingChoice;
  /** Size of the pages nested tables map where they can; 4 KB if left out. */
  readonly nestedPages?: (typeof NESTED_PAGES)[number];
  /** A file of exit handlers in TypeScript; without one the built-in hypervisor answers every exit. */
  readonly handlers?: string;
}

export interface LaunchOptions extends Omit<GuestOptions, 'program'> {
  /** Left out where `guests` name theirs. */
  readonly program?: string;
  readonly mode?: LabMode;
  /** The processor; see engine/cpu/profiles. */
  readonly cpu?: ProfileName;
  /** MSRs of the bare machine before its first instruction, by number. */
  readonly msrs?: ReadonlyMap<number, bigint>;
  /** Several guests, each its own program; what else is said beside is for those that do not say it. */
  readonly guests?: readonly GuestOptions[];
}

/** Something about a launch that its author can mend. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';

  /** `place`: the line of a source that is wrong. */
  constructor(
    message: string,
    readonly place?: { readonly file: string; readonly line: number; readonly column: number },
  ) {
    super(message);
  }
}

/** Unchecked words by their key. */
export type LaunchWords = Readonly<Record<string, unknown>>;

const GUEST_KEYS = [
  'program',
  'boot',
  'name',
  'append',
  'initrd',
  'disk',
  'console',
  'modules',
  'memory',
  'weight',
  'paging',
  'nestedPages',
  'handlers',
] as const;

/**
 * Checks the words of a launch configuration; keys it does not know are somebody else's. `where` opens each complaint. Throws
 * LaunchError.
 */
export function readLaunchOptions(words: LaunchWords, where = 'launch.json'): LaunchOptions {
  const { guests } = words;
  const read = new Reader(where, words);
  const program = read.text('program', 'a path') ?? read.text('kernel', 'a path');
  const common = { ...guestOptions(read), name: undefined };
  if (program === undefined && guests === undefined) {
    throw new LaunchError(`${where}: 'program' is missing: name the .asm file or image to run, or several in 'guests'`);
  }
  return {
    ...common,
    program,
    boot: common.boot ?? (words.kernel !== undefined && words.program === undefined ? 'elf' : undefined),
    mode: read.word('mode', LAB_MODES),
    cpu: read.word('cpu', CPU_NAMES),
    msrs: read.numbers('msrs', 'an object such as { "0xC0000080": "0x1000" }'),
    guests: guests === undefined ? undefined : guestList(where, guests),
  };
}

function guestList(where: string, guests: unknown): GuestOptions[] {
  if (!Array.isArray(guests) || guests.length === 0) {
    throw new LaunchError(`${where}: 'guests' is a list such as [{ "program": "a.asm" }, { "program": "b.asm" }]`);
  }
  return guests.map((words: unknown, index) => {
    const at = `${where}: guests[${index}]`;
    if (typeof words !== 'object' || words === null || Array.isArray(words)) {
      throw new LaunchError(`${at} is an object such as { "program": "a.asm" }, not ${JSON.stringify(words)}`);
    }
    const stranger = Object.keys(words).find((key) => !(GUEST_KEYS as readonly string[]).includes(key));
    if (stranger !== undefined) {
      throw new LaunchError(`${at} has no option '${stranger}'; there are ${GUEST_KEYS.join(', ')}`);
    }
    const read = new Reader(at, words as LaunchWords);
    const program = read.text('program', 'a path');
    if (program === undefined) throw new LaunchError(`${at}: 'program' is missing: name the file this guest runs`);
    return { ...guestOptions(read), program };
  });
}

function guestOptions(read: Reader): Omit<GuestOptions, 'program'> {
  return {
    boot: read.word('boot', BOOT_KINDS),
    name: read.text('name', 'a name'),
    append: read.text('append', 'a text'),
    initrd: read.text('initrd', 'a path'),
    disk: read.text('disk', 'a path'),
    console: read.word('console', CONSOLES),
    modules: read.modules('modules', 'a list such as [{ "file": "initrd", "append": "words" }]'),
    memory: read.whole('memory', 'a whole number of megabytes', 1, 3072),
    weight: read.whole('weight', 'a whole number', 1, HEAVIEST),
    paging: read.word('paging', PAGING_CHOICES),
    nestedPages: read.word('nestedPages', NESTED_PAGES),
    handlers: read.text('handlers', 'a path'),
  };
}

/** 'a', 'b' or 'c'. */
function orList(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

class Reader {
  constructor(
    private readonly where: string,
    private readonly words: LaunchWords,
  ) {}

  /** Empty is left out. */
  text(key: string, what: string): string | undefined {
    const value = this.words[key];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw this.wrong(key, what, value);
    return value;
  }

  word<W extends string>(key: string, words: readonly W[]): W | undefined {
    const value = this.words[key];
    if (value === undefined) return undefined;
    if (!(words as readonly unknown[]).includes(value)) {
      throw this.wrong(key, orList(words), value);
    }
    return value as W;
  }

  whole(key: string, what: string, least: number, most: number): number | undefined {
    const value = this.words[key];
    if (value === undefined) return undefined;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw this.wrong(key, `${what} from ${least} to ${most}`, value);
    }
    return value as number;
  }

  modules(key: string, what: string): readonly ModuleOptions[] | undefined {
    const value = this.words[key];
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.wrong(key, what, value);
    return value.map((words: unknown, index) => {
      const read = new Reader(`${this.where}: ${key}[${index}]`, Object(words) as LaunchWords);
      const file = read.text('file', 'a path');
      if (file === undefined) throw this.wrong(key, what, value);
      return { file, append: read.text('append', 'a text') };
    });
  }

  /** Numbers by numbers, each written as in a program. */
  numbers(key: string, what: string): ReadonlyMap<number, bigint> | undefined {
    const value = this.words[key];
    if (value === undefined) return undefined;
    const written = (word: unknown): boolean => typeof word === 'string' && /^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(word);
    if (typeof value !== 'object' || value === null || !Object.entries(value).flat().every(written)) {
      throw this.wrong(key, what, value);
    }
    return new Map(Object.entries(value as Record<string, string>).map(([at, word]) => [Number(at), BigInt(word)]));
  }

  private wrong(key: string, what: string, value: unknown): LaunchError {
    return new LaunchError(`${this.where}: '${key}' is ${what}, not ${JSON.stringify(value)}`);
  }
}
