/** What a guest is made of. Loaders produce images of this shape. */

/** A segment register as the VMCB holds it: 12-bit attributes, a byte limit. */
export interface GuestSegment {
  readonly selector: number;
  readonly attributes: number;
  readonly limit: number;
  readonly base: number;
}

/** Registers at the first instruction; addresses below 4 GB. General registers but RSP are zero. */
export interface GuestRegisters {
  readonly rip: number;
  readonly rsp: number;
  readonly rax?: number;
  readonly rflags: number;
  readonly cr0: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly efer: number;
  readonly es: GuestSegment;
  readonly cs: GuestSegment;
  readonly ss: GuestSegment;
  readonly ds: GuestSegment;
  readonly fs: GuestSegment;
  readonly gs: GuestSegment;
  readonly ldtr: GuestSegment;
  readonly tr: GuestSegment;
  readonly gdtr: { readonly base: number; readonly limit: number };
  readonly idtr: { readonly base: number; readonly limit: number };
}

export interface GuestImage {
  /** Bytes by GPA: the program, and tables the registers refer to. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly registers: GuestRegisters;
}

export interface GuestSpec {
  readonly name: string;
  readonly memoryMb: number;
  readonly image: GuestImage;
}

/** Megabytes of system memory a machine needs for guests of these sizes: with their tables, VMCBs and the host's own pages. */
export function systemMemoryMb(guests: readonly { readonly memoryMb: number }[]): number {
  return guests.reduce((sum, { memoryMb }) => sum + memoryMb + Math.ceil(memoryMb / 256) + 1, 3);
}
