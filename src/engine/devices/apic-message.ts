/** What travels between I/O APIC and local APICs: an interrupt and whom it is for. §16.4.1, §16.5 */

/** The message types of LVT entries, ICR and redirection entries. */
export const MESSAGE = {
  FIXED: 0,
  LOWEST_PRIORITY: 1,
  SMI: 2,
  REMOTE_READ: 3,
  NMI: 4,
  INIT: 5,
  STARTUP: 6,
  EXTINT: 7,
} as const;

/** Vectors below cannot be sent as fixed interrupts: they are the exceptions'. §16.6.1 */
export const FIRST_VECTOR = 16;

/** Destination of eight bits that means every local APIC. */
export const EVERYBODY = 0xff;

export interface ApicMessage {
  /** One of MESSAGE. */
  readonly type: number;
  readonly vector: number;
  /** Level-triggered: it ends with a broadcast EOI. */
  readonly level: boolean;
  /** Eight bits: the local APIC's ID, or its logical name. */
  readonly destination: number;
  readonly logical: boolean;
}
