/** Intercept tests and what an exit says in EXITINFO1, as pure functions for the instructions (§15.7 to §15.12). */
import { EXIT_CODES } from '../arch/exit-codes';
import { INTERCEPTS } from '../arch/intercepts';
import type { InterceptName } from '../arch/intercepts';
import { CR0_SELECTIVE_IGNORED } from '../arch/registers';
import type { CpuState } from '../state/cpu-state';
import {
  INTERCEPT_WORDS,
  IOPM_BASE,
  MSRPM_BASE,
  PAUSE_COUNTER,
  PAUSE_FILTER_COUNT,
  PAUSE_FILTER_THRESHOLD,
  PAUSE_LAST,
} from '../state/layout';
import { SVM_DECODE_ASSISTS, SVM_PAUSE_FILTER, SVM_PAUSE_FILTER_THRESHOLD } from '../state/limits';
import type { Limits } from '../state/limits';
import { iopmIntercepts, msrpmIntercepts } from '../state/permission-maps';
import type { Ram } from '../state/ram';

const TWO32 = 0x1_0000_0000;

/** Whether a bit of intercept word 0 to 5 is set for the running guest; never in host mode. */
export function intercepts(state: CpuState, word: number, bit: number): boolean {
  return ((state.i32[(INTERCEPT_WORDS >> 2) + word]! >>> bit) & 1) !== 0;
}

/** The same by the manual's name. */
export function interceptsNamed(state: CpuState, name: InterceptName): boolean {
  const { vector, bit } = INTERCEPTS[name];
  return intercepts(state, vector, bit);
}

/** MOV from and to CRn; CR0 also for SMSW (read), LMSW and CLTS (write). §15.9 */
export function crReadIntercepted(state: CpuState, n: number): boolean {
  return intercepts(state, INTERCEPTS.CR0_READ.vector, INTERCEPTS.CR0_READ.bit + n);
}
export function crWriteIntercepted(state: CpuState, n: number): boolean {
  return intercepts(state, INTERCEPTS.CR0_WRITE.vector, INTERCEPTS.CR0_WRITE.bit + n);
}

/** MOV from and to DRn, by the number encoded (4 and 5 have bits of their own). §15.9 */
export function drReadIntercepted(state: CpuState, n: number): boolean {
  return intercepts(state, INTERCEPTS.DR0_READ.vector, INTERCEPTS.DR0_READ.bit + n);
}
export function drWriteIntercepted(state: CpuState, n: number): boolean {
  return intercepts(state, INTERCEPTS.DR0_WRITE.vector, INTERCEPTS.DR0_WRITE.bit + n);
}

/** An exception about to be delivered. External interrupts and INT n are never tested here, whatever their vector. §15.12 */
export function exceptionIntercepted(state: CpuState, vector: number): boolean {
  return intercepts(state, INTERCEPTS.EXCEPTION_DE.vector, INTERCEPTS.EXCEPTION_DE.bit + vector);
}

/** EXITCODE of those four and of exceptions. */
export function crExitCode(n: number, write: boolean): number {
  return (write ? INTERCEPTS.CR0_WRITE : INTERCEPTS.CR0_READ).exitCode + n;
}
export function drExitCode(n: number, write: boolean): number {
  return (write ? INTERCEPTS.DR0_WRITE : INTERCEPTS.DR0_READ).exitCode + n;
}
export function exceptionExitCode(vector: number): number {
  return INTERCEPTS.EXCEPTION_DE.exitCode + vector;
}

/**
 * The selective CR0 write intercept, tested when CR0_WRITE is off: MOV CR0 that changes anything but TS and MP, and every LMSW.
 * CLTS never. §15.9
 */
export function cr0SelectiveIntercepted(state: CpuState, oldLow: number, newLow: number, isLmsw: boolean): boolean {
  if (!interceptsNamed(state, 'CR0_SEL_WRITE')) return false;
  return isLmsw || ((oldLow ^ newLow) & ~CR0_SELECTIVE_IGNORED) !== 0;
}

/** Whether IN, OUT, INS or OUTS of the running guest exits. §15.10 */
export function ioIntercepted(state: CpuState, ram: Ram, port: number, size: number): boolean {
  return interceptsNamed(state, 'IOIO_PROT') && iopmIntercepts(ram, physical(state, IOPM_BASE), port, size);
}

/** Whether RDMSR or WRMSR of the running guest exits. §15.11 */
export function msrIntercepted(state: CpuState, ram: Ram, msr: number, write: boolean): boolean {
  return interceptsNamed(state, 'MSR_PROT') && msrpmIntercepts(ram, physical(state, MSRPM_BASE), msr, write);
}

/**
 * Whether a PAUSE of the running guest exits, counting it when the filter lets it through. A count of 0, or no filter: every PAUSE
 * exits. §15.14.4
 */
export function pauseIntercepted(state: CpuState, limits: Limits, now: number): boolean {
  if (!interceptsNamed(state, 'PAUSE')) return false;
  if ((limits.svm & SVM_PAUSE_FILTER) === 0) return true;
  const m = state.i32;
  const threshold = limits.svm & SVM_PAUSE_FILTER_THRESHOLD ? m[PAUSE_FILTER_THRESHOLD >> 2]! : 0;
  if (threshold !== 0 && now - state.f64[PAUSE_LAST >> 3]! > threshold) {
    m[PAUSE_COUNTER >> 2] = m[PAUSE_FILTER_COUNT >> 2]!;
  }
  state.f64[PAUSE_LAST >> 3] = now;
  if (m[PAUSE_COUNTER >> 2] === 0) return true;
  m[PAUSE_COUNTER >> 2]! -= 1;
  return false;
}

// which exit codes from 0 to 4FFh store nRIP
const STORES_NRIP = new Uint8Array(0x500);
for (const row of Object.values(EXIT_CODES)) if (row.code >= 0 && row.nRip) STORES_NRIP[row.code] = 1;

/** Whether an exit stores nRIP; it is 0 for the others. §15.7.1 */
export function nRipValid(code: number): boolean {
  return code >= 0 && STORES_NRIP[code] === 1;
}

/**
 * EXITINFO1 of IOIO. `size` in bytes, `addressSize` in bits (16, 32, 64); `segment` 0 to 5 of a string instruction with decode
 * assists, else 0. §15.10.2
 */
export function ioInfo1(
  port: number,
  size: number,
  isIn: boolean,
  isString: boolean,
  rep: boolean,
  addressSize: number,
  segment: number,
): number {
  return (
    (port << 16) |
    (segment << 10) |
    ((addressSize >> 4) << 7) |
    (size << 4) |
    (rep ? 8 : 0) |
    (isString ? 4 : 0) |
    (isIn ? 1 : 0)
  );
}

/** EXITINFO1 of CR and DR exits, low half: the general register; 0 without decode assists. §15.8.1 */
export function crInfo1(limits: Limits, gpr: number): number {
  return limits.svm & SVM_DECODE_ASSISTS ? gpr & 0xf : 0;
}
/** The high half for CR exits: bit 63 says MOV, and is 0 for LMSW, SMSW and CLTS. §15.8.1 */
export function crInfo1High(limits: Limits, isMov: boolean): number {
  return isMov && limits.svm & SVM_DECODE_ASSISTS ? 0x8000_0000 | 0 : 0;
}

function physical(state: CpuState, at: number): number {
  return state.u32[at >> 2]! + state.u32[(at >> 2) + 1]! * TWO32;
}
