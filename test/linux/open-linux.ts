/** A lab with a Linux in it, before its first instruction. */
import { readFile } from 'node:fs/promises';
import type { VirtioBlock } from '../../src/engine/devices/virtio-block';
import { startMachine } from '../../src/engine/machine/boot/start-machine';
import { Machine } from '../../src/engine/machine/machine';
import { BareTarget } from '../../src/session/bare-target';
import { bootProgram } from '../../src/session/boot-program';
import { GuestTarget } from '../../src/session/guest-target';
import { Lab } from '../../src/session/lab';
import { openLab } from '../../src/session/launch';
import type { LaunchOptions } from '../../src/session/launch-options';
import { Program } from '../../src/session/program';
import { Random } from '../silicon/random';
import { LINUX_MEMORY, type LinuxImages } from './images';

/** `bare` starts vmlinux (PVH), `bzimage` the bzImage at its 64-bit entry, both on the machine itself. */
export const WAYS = ['bare', 'bzimage', 'nested', 'shadow'] as const;
export type Way = (typeof WAYS)[number];

const MB = 0x10_0000;
const DISK_BYTES = 4 * MB;
const DISK = 'disk.img';

export interface LinuxLab {
  readonly lab: Lab;
  /** What the disk holds at the start; undefined where there is none. */
  readonly image?: Buffer;
  /** What the virtio console has printed; undefined where there is none. */
  readonly printed?: readonly number[];
}

/** `devices`: with a disk of noise, and on the bare machine a virtio console beside COM1. */
export async function openLinux(way: Way, images: LinuxImages, devices = false): Promise<LinuxLab> {
  const options = launchOptions(way, images);
  if (!devices) return { lab: await openLab(options, readFile) };
  const image = noise(DISK_BYTES);
  if (way === 'bare') return { image, ...(await bareLab(options, image)) };
  const lab = await openLab({ ...options, disk: DISK }, async (file) => (file === DISK ? image : readFile(file)));
  return { lab, image };
}

/** The disk of the machine or of the only guest, as it is now. */
export function diskOf({ target }: Lab): VirtioBlock {
  const board = target instanceof GuestTarget ? target.hypervisor.guests[0]!.board.parts : target.machine.board;
  return board.disk!;
}

function launchOptions(way: Way, images: LinuxImages): LaunchOptions & { readonly program: string } {
  const guest = way === 'nested' || way === 'shadow';
  return {
    program: way === 'bzimage' ? images.bzImage : images.vmlinux,
    boot: 'linux',
    mode: guest ? 'guest' : 'bare',
    ...(guest ? { paging: way } : {}),
    memory: LINUX_MEMORY,
    initrd: images.initrd,
    append: images.commandLine,
  };
}

/** As a launch makes it, but for the virtio console, which no launch asks for. */
async function bareLab(options: LaunchOptions & { readonly program: string }, image: Buffer) {
  const printed: number[] = [];
  const program = new Program(await readFile(options.program));
  const handed = { initrd: await readFile(options.initrd!) };
  const machine = new Machine({
    ramSize: LINUX_MEMORY * MB,
    disk: image,
    onConsole: (byte) => lab.hearConsole(byte),
    onVirtioConsole: (byte) => printed.push(byte),
  });
  startMachine(machine, bootProgram('linux', program, options, handed, LINUX_MEMORY));
  const lab: Lab = new Lab(new BareTarget(machine), [program]);
  return { lab, printed };
}

function noise(bytes: number): Buffer {
  const random = new Random(1);
  const image = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) image.writeUInt32LE(random.u32(), at);
  return image;
}
