/** A walk to look at: every reference in order, and how it ended. It is the processor's own walk with a listener. */
import type { WalkStep } from '../probe';
import { CpuState } from '../state/cpu-state';
import { CRS, NESTED_CR3, NESTED_CR4, NESTED_EFER, NESTED_PAGING, WINDOW_END } from '../state/layout';
import type { Limits } from '../state/limits';
import type { Ram } from '../state/ram';
import { ACCESS_INSPECT, Walker } from './walk';

/** The registers a walk depends on. */
export interface PagingRegisters {
  readonly cr0: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly efer: number;
  /** RFLAGS; only AC counts. */
  readonly rflags: number;
  /** nCR3 and the host's CR4 and EFER, when nested paging is on. */
  readonly nested: { readonly cr3: number; readonly cr4: number; readonly efer: number } | undefined;
}

export type WalkResult =
  | {
      readonly kind: 'mapped';
      readonly gpa: number;
      readonly spa: number;
      readonly readable: boolean;
      /** A write is allowed and D is set already. */
      readonly writable: boolean;
      readonly executable: boolean;
      readonly userAccessible: boolean;
      readonly global: boolean;
      readonly pageShift: number;
    }
  | { readonly kind: 'pf'; readonly errorCode: number }
  /** EXITINFO1's halves and EXITINFO2. */
  | { readonly kind: 'npf'; readonly errorCode: number; readonly errorHigh: number; readonly gpa: number };

export interface WalkExplanation {
  readonly steps: readonly WalkStep[];
  readonly result: WalkResult;
}

/** The registers as the processor has them now. */
export function pagingRegisters(state: CpuState): PagingRegisters {
  const nested = state.i32[NESTED_PAGING >> 2] !== 0;
  return {
    cr0: state.cr(0),
    cr3: state.cr3,
    cr4: state.cr(4),
    efer: state.efer,
    rflags: state.systemFlags,
    nested: nested
      ? { cr3: state.number(NESTED_CR3), cr4: state.number(NESTED_CR4), efer: state.number(NESTED_EFER) }
      : undefined,
  };
}

/**
 * Walks to a linear address with any registers, those of a guest that does not run included. Nothing is changed: no accessed or
 * dirty bit, no fault. `access` is made of walk's ACCESS_ bits.
 */
export function explainWalk(
  ram: Ram,
  limits: Limits,
  registers: PagingRegisters,
  low: number,
  high: number,
  access: number,
): WalkExplanation {
  const state = new CpuState(new ArrayBuffer(WINDOW_END));
  state.setCr(0, registers.cr0);
  state.setNumber(CRS + 3 * 8, registers.cr3);
  state.setCr(4, registers.cr4);
  state.efer = registers.efer;
  state.systemFlags = registers.rflags;
  if (registers.nested) {
    state.i32[NESTED_PAGING >> 2] = 1;
    state.setNumber(NESTED_CR3, registers.nested.cr3);
    state.setNumber(NESTED_CR4, registers.nested.cr4);
    state.setNumber(NESTED_EFER, registers.nested.efer);
  }
  const walker = new Walker(state, ram, limits);
  const steps: WalkStep[] = [];
  walker.listen((step) => steps.push(step));
  const mapped = walker.walk(low, high, access | ACCESS_INSPECT);
  return { steps, result: mapped ? mappedResult(walker) : faultResult(walker) };
}

function mappedResult(walker: Walker): WalkResult {
  const { gpa, spa, readable, writable, executable, userAccessible, global, pageShift } = walker;
  return { kind: 'mapped', gpa, spa, readable, writable, executable, userAccessible, global, pageShift };
}

function faultResult(walker: Walker): WalkResult {
  const { errorCode, errorHigh, faultGpa } = walker;
  if (walker.faultKind === 'pf') return { kind: 'pf', errorCode };
  return { kind: 'npf', errorCode, errorHigh, gpa: faultGpa };
}
