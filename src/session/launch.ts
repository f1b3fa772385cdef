/** From words to a running lab: what to load, how to start it, on what machine. What is wrong is said so that it can be mended. */
import { BootError } from '../engine/machine/boot/boot-error';
import { withCommandLine } from '../engine/machine/boot/command-line';
import { loadElf } from '../engine/machine/boot/elf';
import { loadFlat } from '../engine/machine/boot/flat';
import type { BootImage } from '../engine/machine/boot/image';
import { loadRom } from '../engine/machine/boot/rom';
import { startMachine } from '../engine/machine/boot/start-machine';
import { startState } from '../engine/machine/boot/start-state';
import { HostModeError } from '../engine/machine/host-mode';
import { Machine, MachineError } from '../engine/machine/machine';
import { systemMemoryMb } from '../hypervisor/guest-spec';
import { OutOfMemory } from '../hypervisor/system-pages';
import { BareTarget } from './bare-target';
import { GuestTarget } from './guest-target';
import { Lab } from './lab';
import { assembleProgram, Program } from './program';

export const BOOT_KINDS = ['asm', 'flat', 'rom', 'elf'] as const;
export type BootKind = (typeof BOOT_KINDS)[number];
export type LabMode = 'guest' | 'bare';

export interface LaunchOptions {
  /** The file to run. */
  readonly program: string;
  /** How its bytes become a running machine; absent: told from the file's name. */
  readonly boot?: BootKind;
  readonly mode?: LabMode;
  /** What the guest is called; absent: guest A. */
  readonly name?: string;
  /** The command line of a program that is loaded: see machine/boot/command-line. */
  readonly append?: string;
  /** Megabytes. */
  readonly memory?: number;
}

/** Something about a launch that its author can mend. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/** Reads a file; throws an error with a message for people. */
export type FileReader = (path: string) => Promise<Uint8Array>;

/** Errors whose message is for the user. */
const MENDABLE = [BootError, MachineError, HostModeError, OutOfMemory, RangeError];
const DEFAULT_MEMORY_MB = 128;
const MB = 1 << 20;
/** Includes within includes, at most. */
const MOST_ROUNDS = 64;

export function isAssembly(path: string): boolean {
  return /\.(asm|nasm)$/i.test(path);
}

/** How a file is booted when nobody says. */
function bootOf({ program, boot }: LaunchOptions): BootKind {
  if (boot !== undefined && !BOOT_KINDS.includes(boot)) {
    throw new LaunchError(`there is no boot kind '${String(boot)}'; there are ${BOOT_KINDS.join(', ')}`);
  }
  if (boot) return boot;
  if (isAssembly(program)) return 'asm';
  if (/\.elf$/i.test(program)) return 'elf';
  throw new LaunchError(`'${program}' could be anything: say how to boot it, with boot 'rom', 'flat' or 'elf'`);
}

async function load(read: FileReader, program: string): Promise<Uint8Array> {
  try {
    return await read(program);
  } catch (error) {
    throw new LaunchError(`the program '${program}' cannot be read: ${(error as Error).message}`);
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
  const boot = bootOf(options);
  const memory = options.memory ?? DEFAULT_MEMORY_MB;
  if (!Number.isInteger(memory) || memory < 1) {
    throw new LaunchError(`memory of ${String(options.memory)} MB cannot be built: give a whole number of megabytes`);
  }
  const bytes = await load(read, options.program);
  const program = isAssembly(options.program) ? await assembleFile(read, options.program, bytes) : new Program(bytes);
  if (program.bytes.length === 0) throw new LaunchError(`the program '${options.program}' is empty`);
  const mode = options.mode ?? (isAssembly(options.program) && boot === 'asm' ? 'guest' : 'bare');
  try {
    if (boot === 'rom' && options.append !== undefined) {
      throw new LaunchError('firmware takes no command line: --append (append) goes with programs that are loaded');
    }
    return mode === 'bare'
      ? bareLab(boot, program, memory, options.append)
      : guestLab(boot, program, memory, options.name, options.append);
  } catch (error) {
    if (MENDABLE.some((kind) => error instanceof kind)) throw new LaunchError((error as Error).message);
    throw error;
  }
}

/** The image of a program that is loaded into memory, with its command line. */
function imageOf(boot: BootKind, program: Program, append: string | undefined): BootImage {
  const image = plainImageOf(boot, program);
  return append === undefined ? image : withCommandLine(image, append);
}

function plainImageOf(boot: BootKind, program: Program): BootImage {
  if (boot === 'elf') return startState(loadElf(program.bytes));
  const { assembly } = program;
  if (!assembly) return startState(loadFlat(program.bytes));
  const origin = Number(assembly.origin);
  const entry = Number(program.symbol('_start') ?? assembly.origin);
  const bits = program.lineAt(BigInt(entry))?.bits ?? assembly.lines[0]?.bits ?? 16;
  return startState(loadFlat(program.bytes, { origin, entry, bits }));
}

function bareLab(boot: BootKind, program: Program, memory: number, append: string | undefined): Lab {
  const rom = boot === 'rom' ? loadRom(program.bytes) : undefined;
  const image = rom ? undefined : imageOf(boot, program, append);
  const ears = new Ears();
  const machine = new Machine({ ramSize: memory * MB, rom, ...ears });
  if (image) startMachine(machine, image);
  return ears.of(new Lab(new BareTarget(machine), program));
}

function guestLab(
  boot: BootKind,
  program: Program,
  memory: number,
  name: string | undefined,
  append: string | undefined,
): Lab {
  if (boot === 'rom') throw new LaunchError('a guest has no firmware: start a ROM on the bare machine (mode bare)');
  const image = imageOf(boot, program, append);
  const ears = new Ears();
  const machine = new Machine({ ramSize: systemMemoryMb([{ memoryMb: memory }]) * MB, ...ears });
  const target = new GuestTarget(machine, { name: name ?? 'guest A', memoryMb: memory, image }, name);
  return ears.of(new Lab(target, program));
}

/** The wires of a machine, before there is a lab to hear them. */
class Ears {
  private lab: Lab | undefined;
  readonly onConsole = (byte: number): void => this.lab?.hearConsole(byte);
  readonly onDebugcon = (byte: number): void => this.lab?.hearDebugcon(byte);
  of(lab: Lab): Lab {
    return (this.lab = lab);
  }
}
