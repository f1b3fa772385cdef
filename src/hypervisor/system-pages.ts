/** Hands out pages of system memory, upward; a hypervisor that only ever starts guests gives none back. */
import type { HostMode } from '../engine/machine/host-mode';
import { PAGE_SIZE } from '../engine/arch/address';

/** System memory is used up; the message is for the user. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
}

export class SystemPages {
  /** SPA of the next page to hand out: the whole of what it remembers. */
  next: number;

  constructor(private readonly host: HostMode) {
    this.next = host.freeMemory.start;
  }

  /** SPA of `count` consecutive pages of zeros, at a multiple of `alignment` bytes. */
  allocate(count = 1, alignment = PAGE_SIZE): number {
    const { host } = this;
    const spa = Math.ceil(this.next / alignment) * alignment;
    const end = spa + count * PAGE_SIZE;
    if (end > host.freeMemory.end) {
      throw new OutOfMemory(
        `system memory is used up: ${(host.freeMemory.end - host.freeMemory.start) / 1024} KB are taken by guests and their tables`,
      );
    }
    this.next = end;
    host.memory.writeBytes(spa, new Uint8Array(count * PAGE_SIZE));
    return spa;
  }
}
