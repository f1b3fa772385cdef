/** Ways out of a helper in the middle of an instruction. Thrown objects are preallocated: no stack is captured, nothing allocated. */

/** An exception was found: vector, error code and address lie in layout FAULT_*. */
export const FAULT = { name: 'fault' } as const;
/** A #VMEXIT was done: the instruction is over, the host's state is loaded. */
export const EXITED = { name: 'vmexit' } as const;
/** A nested page fault was found while the processor itself used memory; layout FAULT_* and the walker describe it. */
export const CAREFUL_NEEDED = { name: 'careful' } as const;
