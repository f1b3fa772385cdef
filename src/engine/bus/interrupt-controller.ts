/** What a processor asks of the interrupt controller in front of it: CR8, the MSRs of the local APIC, and the vector behind INTR. */

/** Unsigned halves. */
export interface MsrValue {
  readonly low: number;
  readonly high: number;
}

export interface InterruptController {
  /** CR8: bits 7:4 of the task priority register. §16.6.4 */
  taskPriority: number;
  /** APIC_BASE.AE, which CPUID shows as the feature APIC. §16.3.1 */
  readonly enabled: boolean;
  /** RDMSR and WRMSR of this number are for the controller: APIC_BASE and 800h–8FFh. */
  hasMsr(number: number): boolean;
  /** RDMSR; undefined: #GP. */
  readMsr(number: number): MsrValue | undefined;
  /** WRMSR; false: #GP, and nothing has changed. */
  writeMsr(number: number, low: number, high: number): boolean;
  /** The acknowledge cycle: the vector of the interrupt that goes into service, or the spurious vector. */
  acknowledge(): number;
  /** INIT of its processor. §14.1.3 */
  initialise(): void;
}
