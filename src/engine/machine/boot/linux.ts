/** A Linux kernel, of whichever form. */
import { BootError } from './boot-error';
import { isElf } from './elf';
import type { BootImage } from './image';
import { isBzImage, loadBzImage, type LinuxOptions } from './linux-bzimage';
import { loadPvh } from './linux-pvh';

export function loadLinux(file: Uint8Array, options: LinuxOptions): BootImage {
  if (isElf(file)) return loadPvh(file, options);
  if (isBzImage(file)) return loadBzImage(file, options);
  throw new BootError(
    "this is no Linux kernel: neither an ELF vmlinux nor a bzImage, which has 'HdrS' at offset 202h (vmlinuz is a bzImage)",
  );
}
