/** From words to a running lab: what to load, how to start it, on what machine. What is wrong is said so that it can be mended. */
import { BootError } from '../engine/machine/boot/boot-error';
import { loadRom } from '../engine/machine/boot/rom';
import { startMachine } from '../engine/machine/boot/start-machine';
import { PROFILES } from '../engine/cpu/profiles';
import { HostModeError } from '../engine/machine/host-mode';
import { Machine, MachineError } from '../engine/machine/machine';
import { MAX_RAM } from '../engine/state/layout';
import { systemMemoryMb } from '../hypervisor/guest-spec';
import { OutOfMemory } from '../hypervisor/system-pages';
import { prepareEngines } from '../sandbox/engine';
import { LearnersSoftware } from '../sandbox/learners-software';
import { SandboxError } from '../sandbox/sandbox-error';
import { BareTarget } from './bare-target';
import { bootProgram, type Handed } from './boot-program';
import { GuestTarget } from './guest-target';
import type { GuestSetup } from './guest-target';
import { guestName } from './guests';
import { Lab } from './lab';
import { LaunchError } from './launch-options';
import type { BootKind, GuestOptions, LaunchOptions } from './launch-options';
import { setMsr } from './msr-values';
import { assembleProgram, Program } from './program';

/** Reads a file; throws an error with a message for people. */
export type FileReader = (path: string) => Promise<Uint8Array>;

/** Errors whose message is for the user. */
const MENDABLE = [BootError, MachineError, HostModeError, OutOfMemory, RangeError];
/** Options that mean nothing on a bare machine. */
const GUESTS_ONLY = ['name', 'weight', 'paging', 'nestedPages', 'handlers'] as const;
const DEFAULT_MEMORY_MB = 128;
const MB = 1 << 20;
/** Bytes of a disk's sector. */
const SECTOR = 512;
/** Includes within includes, at most. */
const MOST_ROUNDS = 64;

export function isAssembly(path: string): boolean {
  return /\.(asm|nasm)$/i.test(path);
}

/** How a file is booted when nobody says. */
function bootOf({ program, boot }: GuestOptions): BootKind {
  if (boot) return boot;
  if (isAssembly(program)) return 'asm';
  if (/\.elf$/i.test(program)) return 'elf';
  throw new LaunchError(
    `'${program}' could be anything: say how to boot it, with boot 'rom', 'flat', 'elf', 'multiboot' or 'linux'`,
  );
}

async function load(read: FileReader, file: string, what = 'program'): Promise<Uint8Array> {
  try {
    return await read(file);
  } catch (error) {
    throw new LaunchError(`the ${what} '${file}' cannot be read: ${(error as Error).message}`);
  }
}

/** Assembles, reading what is included as the assembler asks for it. Throws AssemblyError. */
async function assembleFile(read: FileReader, file: string, bytes: Uint8Array): Promise<Program> {
  const text = new TextDecoder().decode(bytes);
  const files = new Map<string, Uint8Array | undefined>();
  for (let round = 0; ; round++) {
    const wanted = new Set<string>();
    const readFile = (path: string): Uint8Array | undefined => {
      if (!files.has(path)) wanted.add(path);
      return files.get(path);
    };
    let program: Program | undefined;
    let failure: unknown;
    try {
      program = assembleProgram(file, text, readFile);
    } catch (error) {
      failure = error;
    }
    if (wanted.size === 0 || round === MOST_ROUNDS) {
      if (program) return program;
      throw failure;
    }
    for (const path of wanted) files.set(path, await read(path).catch(() => undefined));
  }
}

/** Builds the lab, ready at its first instruction. Throws LaunchError or AssemblyError. */
export async function openLab(options: LaunchOptions, read: FileReader): Promise<Lab> {
  const { program, guests } = options;
  if ((program === undefined) === (guests === undefined)) {
    throw new LaunchError("name one 'program', or several in 'guests', not both");
  }
  const all = (guests ?? [{ program: program!, name: options.name }]).map((guest) => withDefaults(guest, options));
  const [first] = all;
  if (!first) throw new LaunchError("'guests' names none: give each guest its program");
  const boot = bootOf(first);
  const mode = options.mode ?? (guests || (isAssembly(first.program) && boot === 'asm') ? 'guest' : 'bare');
  if (mode === 'bare') {
    if (guests) throw new LaunchError('guests run under the built-in hypervisor: leave mode out, or make it guest');
    const [word] = GUESTS_ONLY.filter((key) => first[key] !== undefined);
    if (word)
      throw new LaunchError(`'${word}' is for guests: a program on the bare machine has no hypervisor below it`);
  }
  const unmapped = all.find(({ paging, handlers }) => paging === 'own' && handlers === undefined);
  if (unmapped) {
    throw new LaunchError(`'${unmapped.program}' has paging 'own', so nobody maps its memory: name handlers that do`);
  }
  const loaded: Loaded[] = [];
  for (const guest of all) loaded.push(await loadFiles(guest, read));
  const handled = loaded.filter(({ handlers }) => handlers !== undefined).length;
  if (handled > 0) await prepareEngines(handled);
  try {
    return mode === 'bare' ? bareLab(loaded[0]!, options) : guestLab(loaded, options);
  } catch (error) {
    if (error instanceof SandboxError) throw new LaunchError(error.text, error);
    if (MENDABLE.some((kind) => error instanceof kind)) throw new LaunchError((error as Error).message);
    throw error;
  }
}

/** What is said of all guests is of each that does not say it. */
function withDefaults(guest: GuestOptions, all: LaunchOptions): GuestOptions {
  const { boot, append, initrd, disk, console, modules, memory, weight, paging, nestedPages, handlers } = all;
  const usual = { boot, append, initrd, disk, console, modules, memory, weight, paging, nestedPages, handlers };
  const said = Object.fromEntries(Object.entries(guest).filter(([, value]) => value !== undefined));
  return { ...usual, ...said, program: guest.program };
}

/** A guest's files, or the bare machine's, read. */
interface Loaded {
  readonly options: GuestOptions;
  readonly boot: BootKind;
  readonly program: Program;
  readonly handed: Handed;
  /** Text of the handler file. */
  readonly handlers: string | undefined;
}

async function loadFiles(options: GuestOptions, read: FileReader): Promise<Loaded> {
  const { initrd, disk, modules = [], handlers } = options;
  const boot = bootOf(options);
  if (initrd !== undefined && boot !== 'linux') {
    throw new LaunchError(`'initrd' is for a Linux kernel (boot linux), and '${options.program}' starts as ${boot}`);
  }
  if (modules.length > 0 && boot !== 'multiboot') {
    throw new LaunchError(`'modules' are for a multiboot kernel, and '${options.program}' starts as ${boot}`);
  }
  const program = await programOf(options, read);
  const parts: Uint8Array[] = [];
  for (const { file } of modules) parts.push(await load(read, file, 'module'));
  const handed: Handed = {
    initrd: initrd === undefined ? undefined : await load(read, initrd, 'initrd'),
    disk: disk === undefined ? undefined : await loadDisk(read, disk),
    modules: parts,
  };
  const text = handlers === undefined ? undefined : new TextDecoder().decode(await load(read, handlers, 'handlers'));
  return { options, boot, program, handed, handlers: text };
}

async function loadDisk(read: FileReader, file: string): Promise<Uint8Array> {
  const bytes = await load(read, file, 'disk');
  if (bytes.length >= SECTOR) return bytes;
  throw new LaunchError(`the disk '${file}' has ${bytes.length} bytes: a disk has sectors of ${SECTOR}, at least one`);
}

async function programOf({ program: file }: GuestOptions, read: FileReader): Promise<Program> {
  const bytes = await load(read, file);
  const program = isAssembly(file) ? await assembleFile(read, file, bytes) : new Program(bytes);
  if (program.bytes.length === 0) throw new LaunchError(`the program '${file}' is empty`);
  return program;
}

function bareLab({ options, boot, program, handed }: Loaded, { cpu, msrs = new Map() }: LaunchOptions): Lab {
  const { append, memory = DEFAULT_MEMORY_MB } = options;
  if (boot === 'rom' && append !== undefined) {
    throw new LaunchError('firmware takes no command line: --append (append) goes with programs that are loaded');
  }
  const rom = boot === 'rom' ? loadRom(program.bytes) : undefined;
  const image = rom ? undefined : bootProgram(boot, program, options, handed, memory);
  const ears = new Ears();
  const machine = new Machine({
    ramSize: memory * MB,
    rom,
    disk: handed.disk,
    onVirtioConsole: options.console === 'virtio' ? ears.onConsole : undefined,
    profile: cpu && PROFILES[cpu],
    ...ears,
  });
  if (image) startMachine(machine, image);
  for (const [number, value] of msrs) setMsr(machine, number, value);
  return ears.of(new Lab(new BareTarget(machine), [program]));
}

function guestLab(all: readonly Loaded[], { cpu }: LaunchOptions): Lab {
  const ears = new Ears();
  const guests = all.map((loaded, index) => {
    const setup = guestSetup(loaded, index);
    const { handlers, options } = loaded;
    return handlers === undefined ? setup : { ...setup, software: ears.softwareOf(options.handlers!, handlers) };
  });
  const programs = all.map(({ program }) => program);
  const megabytes = systemMemoryMb(guests.map(({ spec }) => spec));
  if (megabytes > MAX_RAM / MB) {
    throw new LaunchError(
      `memory of ${megabytes} MB cannot be built: guests and the hypervisor have ${MAX_RAM / MB} MB together`,
    );
  }
  const machine = new Machine({ ramSize: megabytes * MB, profile: cpu && PROFILES[cpu], ...ears });
  return ears.of(new Lab(new GuestTarget(machine, guests), programs));
}

function guestSetup({ options, boot, program, handed }: Loaded, index: number): GuestSetup {
  if (boot === 'rom') throw new LaunchError('a guest has no firmware: start a ROM on the bare machine (mode bare)');
  const { name = guestName(index), memory = DEFAULT_MEMORY_MB, weight, paging, nestedPages } = options;
  const image = bootProgram(boot, program, options, handed, memory);
  const cards = { disk: handed.disk, virtioConsole: options.console === 'virtio' };
  return { spec: { name, memoryMb: memory, image, paging, nestedPage: nestedPages, weight, ...cards } };
}

/** The wires of a machine, before there is a lab to hear them. */
class Ears {
  private lab: Lab | undefined;
  private readonly early: Parameters<Lab['say']>[] = [];
  readonly onConsole = (byte: number): void => this.lab?.hearConsole(byte);
  readonly onDebugcon = (byte: number): void => this.lab?.hearDebugcon(byte);

  /** Handlers of a guest: what they say and what goes wrong in them is told. Throws SandboxError. */
  softwareOf(file: string, text: string): LearnersSoftware {
    return new LearnersSoftware(file, text, {
      log: (line) => this.say(`${line}\n`),
      onError: (error) => this.say(`error: ${error.message}\n`, error),
    });
  }

  /** Guests are set up before there is a lab. */
  private say(...words: Parameters<Lab['say']>): void {
    if (this.lab) this.lab.say(...words);
    else this.early.push(words);
  }

  of(lab: Lab): Lab {
    for (const words of this.early) lab.say(...words);
    return (this.lab = lab);
  }
}
