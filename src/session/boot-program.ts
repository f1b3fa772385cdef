/** A program as an image that a machine or a guest of some memory starts: which loader, and what it is handed. */
import { acpiPieces, RSDP_ADDRESS } from '../engine/machine/acpi-tables';
import { boardMemoryMap } from '../engine/machine/boot/memory-map';
import { withCommandLine } from '../engine/machine/boot/command-line';
import { loadElf } from '../engine/machine/boot/elf';
import { loadFlat } from '../engine/machine/boot/flat';
import type { BootImage } from '../engine/machine/boot/image';
import { loadLinux } from '../engine/machine/boot/linux';
import { loadMultiboot, type MultibootModule } from '../engine/machine/boot/multiboot';
import { startState } from '../engine/machine/boot/start-state';
import type { BootKind, GuestOptions } from './launch-options';
import { LaunchError } from './launch-options';
import type { Program } from './program';

/** Files beside the program, read. */
export interface Handed {
  readonly initrd?: Uint8Array;
  readonly disk?: Uint8Array;
  readonly modules?: readonly Uint8Array[];
}

const MB = 0x10_0000;

/** `megabytes`: of memory; the board is the same on the machine and in a guest. Throws BootError. */
export function bootProgram(
  boot: BootKind,
  program: Program,
  options: GuestOptions,
  handed: Handed,
  megabytes: number,
): BootImage {
  const { append } = options;
  const ramSize = megabytes * MB;
  const firmware = acpiPieces(ramSize);
  const memory = {
    memoryMap: boardMemoryMap(ramSize, firmware),
    firmware,
    rsdp: firmware.length > 0 ? RSDP_ADDRESS : undefined,
  };
  switch (boot) {
    case 'linux':
      return loadLinux(program.bytes, { ...memory, commandLine: append, initrd: handed.initrd });
    case 'multiboot': {
      const commandLine = withName(options.program, append);
      return loadMultiboot(program.bytes, { ...memory, commandLine, modules: modulesOf(options, handed) });
    }
    case 'elf':
      return plain(startState(loadElf(program.bytes)), append);
    case 'asm':
    case 'flat':
      return plain(startFlat(program), append);
    case 'rom':
      throw new LaunchError('a ROM is not loaded into memory: the machine begins in it');
  }
}

/** A command line without a protocol. */
function plain(image: BootImage, append: string | undefined): BootImage {
  return append === undefined ? image : withCommandLine(image, append);
}

/** Where `org` puts it, in the mode of its first `bits`; without a source a boot sector. */
export function startFlat(program: Program): BootImage {
  const { assembly } = program;
  if (!assembly) return startState(loadFlat(program.bytes));
  const origin = Number(assembly.origin);
  const entry = Number(program.symbol('_start') ?? assembly.origin);
  const bits = program.lineAt(BigInt(entry))?.bits ?? assembly.lines[0]?.bits ?? 16;
  return startState(loadFlat(program.bytes, { origin, entry, bits }));
}

function modulesOf({ modules = [] }: GuestOptions, handed: Handed): MultibootModule[] {
  return modules.map(({ file, append }, n) => ({ bytes: handed.modules![n]!, text: withName(file, append) }));
}

/** Multiboot's kernels expect the file's name as the first word. */
function withName(file: string, append: string | undefined): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).replace(/[^!-~]/g, '_');
  return append === undefined ? name : `${name} ${append}`;
}
