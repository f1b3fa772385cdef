/**
 * Everything that can be seen happening in the machine. The engine announces, it never logs; with nobody watching, `probe` is
 * undefined at every call site and costs one test in paths that are slow anyway.
 */

export interface ExitEvent {
  /** EXITCODE, EXITINFO1, EXITINFO2, EXITINTINFO, nRIP as two int32 halves each. EXITCODE of INVALID is −1, −1. */
  readonly code: number;
  readonly vmcb: number;
  readonly asid: number;
}

/** One reference of a page walk. `level` 4…1 of the dimension; nested references carry the guest level they serve. */
export interface WalkStep {
  readonly dimension: 'guest' | 'nested';
  readonly level: number;
  /** Level of the guest entry whose address is being translated; 0 = the final GPA. */
  readonly guestLevel: number;
  /** Address of the entry: GPA for guest entries, SPA for nested ones. */
  readonly entryAddress: number;
  /** SPA the entry was read from. */
  readonly entrySpa: number;
  readonly low: number;
  readonly high: number;
}

/** Why VMRUN was refused with VMEXIT_INVALID. */
export interface RefusedEntry {
  readonly vmcb: number;
  /** The violated rows of svm/consistency. */
  readonly violations: readonly { readonly field: string; readonly what: string; readonly section: string }[];
}

export interface Probe {
  /** VMRUN succeeded: guest state is loaded. */
  vmrun?(vmcb: number): void;
  /** VMRUN failed a consistency check. */
  refused?(entry: RefusedEntry): void;
  /** #VMEXIT: the VMCB holds the exit. */
  vmexit?(event: ExitEvent): void;
  /** An exception or interrupt is delivered through the IDT. Error code −1: none. */
  event?(vector: number, kind: 'exception' | 'external' | 'software' | 'nmi', errorCode: number): void;
  absentPort?(port: number, size: number, write: boolean, value: number): void;
  absentMemory?(spa: number, size: number, write: boolean): void;
  /** An MSR the machine does not know was accessed: #GP(0). */
  unknownMsr?(number: number, write: boolean): void;
  /** An encoding the architecture leaves undefined raised #UD. */
  undefinedOpcode?(bytes: readonly number[]): void;
}
