/** A lab with a Linux in it, before its first instruction. */
import { readFile } from 'node:fs/promises';
import type { BoardParts } from '../../src/engine/machine/board';
import { GuestTarget } from '../../src/session/guest-target';
import type { Lab } from '../../src/session/lab';
import { openLab } from '../../src/session/launch';
import type { LaunchOptions } from '../../src/session/launch-options';
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
}

/** `devices`: with a disk of noise, and a virtio console beside COM1. */
export async function openLinux(way: Way, images: LinuxImages, devices = false): Promise<LinuxLab> {
  const options = launchOptions(way, images);
  if (!devices) return { lab: await openLab(options, readFile) };
  const image = noise(DISK_BYTES);
  const devicesToo: LaunchOptions = { ...options, disk: DISK, console: 'virtio' };
  const lab = await openLab(devicesToo, async (file) => (file === DISK ? image : readFile(file)));
  return { lab, image };
}

/** The board of the machine or of the only guest. */
export function boardOf({ target }: Lab): BoardParts {
  return target instanceof GuestTarget ? target.hypervisor.guests[0]!.board.parts : target.machine.board;
}

function launchOptions(way: Way, images: LinuxImages): LaunchOptions {
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

function noise(bytes: number): Buffer {
  const random = new Random(1);
  const image = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) image.writeUInt32LE(random.u32(), at);
  return image;
}
