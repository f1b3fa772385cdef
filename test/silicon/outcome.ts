/** What became of a case, on the processor or in the engine. */

export interface Outcome {
  /** Exception that ended it, or why it did not end. */
  readonly vector: number;
  readonly errorCode: bigint;
  /** Linear address of a #PF. */
  readonly cr2: bigint;
  readonly rip: bigint;
  readonly cs: number;
  readonly flags: number;
  readonly registers: readonly bigint[];
  /** FXSAVE image of the units, of cases that use them. */
  readonly units: Uint8Array | undefined;
  /** Quadwords of data and stack that changed: address → value. */
  readonly memory: ReadonlyMap<number, bigint>;
}

/** The case did not end within its time or its instructions. */
export const ENDLESS = 0xff;
/** The engine does not know an encoding. */
export const UNKNOWN = 0x100;
/** The engine shut down. */
export const SHUTDOWN = 0x101;

export const VECTOR_BP = 3;
export const VECTOR_UD = 6;
export const VECTOR_GP = 13;
export const VECTOR_PF = 14;
