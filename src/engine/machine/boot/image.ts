/** A program ready to start: bytes in memory and the registers at its first instruction. One form for machines and for guests. */

/** How the program begins. `real`: CS:IP; `protected`: flat 4 GB segments, no paging; `long`: 64-bit, identity-mapped. */
export type StartMode = 'real' | 'protected' | 'long';

export interface BootSegment {
  /** Physical address of the first byte (SPA on the machine, GPA in a guest). */
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Hidden part as the VMCB packs it: 12-bit attributes, a byte limit. */
export interface StartSegment {
  readonly selector: number;
  readonly attributes: number;
  readonly limit: number;
  readonly base: number;
}

export interface StartRegisters {
  readonly rip: number;
  readonly rsp: number;
  /** General registers a boot protocol speaks through; the others, and those left out, start as 0. */
  readonly rax?: number;
  readonly rbx?: number;
  readonly rsi?: number;
  readonly rflags: number;
  readonly cr0: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly efer: number;
  readonly es: StartSegment;
  readonly cs: StartSegment;
  readonly ss: StartSegment;
  readonly ds: StartSegment;
  readonly fs: StartSegment;
  readonly gs: StartSegment;
  readonly ldtr: StartSegment;
  readonly tr: StartSegment;
  readonly gdtr: { readonly base: number; readonly limit: number };
  readonly idtr: { readonly base: number; readonly limit: number };
}

/** What a loader reads out of a file. */
export interface Program {
  readonly segments: readonly BootSegment[];
  /** Physical address of the first instruction. */
  readonly entry: number;
  readonly mode: StartMode;
}

/** The program with the tables its mode needs, and the registers that refer to them. */
export interface BootImage extends Program {
  readonly registers: StartRegisters;
}
