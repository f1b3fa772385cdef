/** CPUID, RDTSC, RDTSCP, RDPID. */
import { CPUID_FEATURES } from '../../arch/cpuid';
import { EXIT_CODES } from '../../arch/exit-codes';
import { VECTOR_GP } from '../../arch/exceptions';
import { CR4_OSXSAVE, CR4_TSD, RAX, RBX, RCX, RDX } from '../../arch/registers';
import { TSC_OFFSET } from '../../state/layout';
import { interceptsNamed } from '../../svm/intercept';
import { NEXT, JUMPED, type Core, type Helper, type HelperTable } from '../core';
import { writeOperand } from '../operands';
import { cpuid as answer } from '../profile';

const TWO32 = 0x1_0000_0000;

const cpuid: Helper = (core) => {
  const { state } = core;
  const leaf = state.gprLow(RAX);
  const a = answer(core.profile, leaf, state.gprLow(RCX));
  state.setGpr(RAX, a.eax, 0);
  state.setGpr(RBX, a.ebx, 0);
  // OSXSAVE shows CR4.
  const saves = leaf === 1 && (state.cr(4) & CR4_OSXSAVE) !== 0;
  state.setGpr(RCX, saves ? a.ecx | (1 << CPUID_FEATURES.OSXSAVE.bit) : a.ecx, 0);
  // The local APIC is shown while APIC_BASE.AE enables it. §16.3.1
  const hidden = (leaf & 0x7fff_ffff) === 1 && !core.board.interrupts.enabled ? 1 << CPUID_FEATURES.APIC.bit : 0;
  state.setGpr(RDX, a.edx & ~hidden, 0);
  return NEXT;
};

/** Time-stamp counter: virtual ns, plus what WRMSR set, plus TSC_OFFSET in guests (§15.3). */
export function timeStamp(core: Core): bigint {
  const { state } = core;
  return BigInt.asUintN(64, BigInt(Math.floor(core.now)) + state.big(state.msrAt('TSC_BASE')) + state.big(TSC_OFFSET));
}

/** The same into EDX:EAX, without BigInt: delay loops do little else. */
export function readTsc(core: Core): void {
  const { state } = core;
  const base = state.msrAt('TSC_BASE');
  const now = Math.floor(core.now);
  const low = (now % TWO32) + (state.low(base) >>> 0) + (state.low(TSC_OFFSET) >>> 0);
  const high = Math.floor(now / TWO32) + state.high(base) + state.high(TSC_OFFSET) + Math.floor(low / TWO32);
  state.setGpr(RAX, low | 0, 0);
  state.setGpr(RDX, high | 0, 0);
}

/** CR4.TSD closes RDTSC and RDTSCP to user code; that #GP comes before the intercept. */
function checkTsd(core: Core): void {
  if ((core.state.cr(4) & CR4_TSD) !== 0 && core.state.cpl !== 0) core.raise(VECTOR_GP, 0);
}

const rdtsc: Helper = (core, i) => {
  checkTsd(core);
  if (core.inGuest && interceptsNamed(core.state, 'RDTSC')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_RDTSC.code, i);
    return JUMPED;
  }
  readTsc(core);
  return NEXT;
};

const rdtscp: Helper = (core, i) => {
  checkTsd(core);
  if (core.inGuest && interceptsNamed(core.state, 'RDTSCP')) {
    core.interceptInstruction(EXIT_CODES.VMEXIT_RDTSCP.code, i);
    return JUMPED;
  }
  readTsc(core);
  const aux = core.state.msrAt('TSC_AUX');
  core.state.setGpr(RCX, core.state.low(aux), 0);
  return NEXT;
};

const rdpid: Helper = (core, i) => {
  writeOperand(core, i, 0, core.state.low(core.state.msrAt('TSC_AUX')), 0);
  return NEXT;
};

export const IDENTIFICATION_HELPERS = { cpuid, rdtsc, rdtscp, rdpid } satisfies HelperTable;
