/** Far jumps, calls and returns, INT n and its like, IRET, SYSCALL and its like. */
import { VECTOR_BP, VECTOR_DB, VECTOR_GP, VECTOR_OF, VECTOR_UD } from '../../arch/exceptions';
import { INTERCEPTS } from '../../arch/intercepts';
import { RFLAGS_IOPL, RFLAGS_OF } from '../../arch/registers';
import { add64 } from '../../exec/predecode';
import type { Instruction } from '../../isa/decode';
import { SVM_DECODE_ASSISTS } from '../../state/limits';
import { exceptionExitCode, exceptionIntercepted, interceptsNamed } from '../../svm/intercept';
import { JUMPED, NEXT, type Core, type Helper, type HelperTable } from '../core';
import { deliverSoftware } from '../delivery';
import { farReturn, farTransfer } from '../far-transfer';
import { interruptReturn } from '../interrupt-return';
import { readFarPointer } from './far-pointer';
import { syscall, sysenter, sysexit, sysret } from '../syscall';
import { isVirtual8086 } from './flags';

/** rIP behind the instruction. */
function next(core: Core, i: Instruction): { low: number; high: number } {
  const { state } = core;
  if (core.is64Bit) {
    const [low, high] = add64(state.ripLow, state.ripHigh, i.length);
    return { low, high };
  }
  return { low: (state.ripLow + i.length) | 0, high: 0 };
}

const far =
  (isCall: boolean): Helper =>
  (core, i) => {
    const operand = i.operands[0]!;
    const target = operand.kind === 'far' ? operand : readFarPointer(core, i, 0);
    farTransfer(core, target, i.operandSize, next(core, i), isCall);
    return JUMPED;
  };

const retFar: Helper = (core, i) => {
  const operand = i.operands[0];
  farReturn(core, i.operandSize, operand?.kind === 'immediate' ? operand.low & 0xffff : 0);
  return JUMPED;
};

function software(core: Core, i: Instruction, vector: number, kind: 'int' | 'int3' | 'into' | 'int1'): typeof JUMPED {
  const { low, high } = next(core, i);
  deliverSoftware(core, vector, kind, low, high);
  return JUMPED;
}

const int: Helper = (core, i) => {
  const operand = i.operands[0]!;
  if (operand.kind !== 'immediate') throw new Error('INT without its vector');
  const vector = operand.low & 0xff;
  if (core.inGuest && interceptsNamed(core.state, 'INTN')) {
    core.interceptInstruction(INTERCEPTS.INTN.exitCode, i, core.limits.svm & SVM_DECODE_ASSISTS ? vector : 0);
    return JUMPED;
  }
  if (isVirtual8086(core) && (core.state.systemFlags & RFLAGS_IOPL) !== RFLAGS_IOPL) core.raise(VECTOR_GP, 0);
  return software(core, i, vector, 'int');
};

/** INT3 and INTO: their exception's intercept, with RIP on the instruction. §15.12.4, §15.12.5 */
function trapIntercepted(core: Core, i: Instruction, vector: number): boolean {
  if (!exceptionIntercepted(core.state, vector)) return false;
  core.interceptInstruction(exceptionExitCode(vector), i);
  return true;
}

const int3: Helper = (core, i) => (trapIntercepted(core, i, VECTOR_BP) ? JUMPED : software(core, i, VECTOR_BP, 'int3'));

const into: Helper = (core, i) => {
  if ((core.rflags() & RFLAGS_OF) === 0) return NEXT;
  return trapIntercepted(core, i, VECTOR_OF) ? JUMPED : software(core, i, VECTOR_OF, 'into');
};

/** INT1 has an intercept of its own; that of #DB does not count. §15.12.2 */
const int1: Helper = (core, i) => {
  if (core.inGuest && interceptsNamed(core.state, 'ICEBP')) {
    core.interceptInstruction(INTERCEPTS.ICEBP.exitCode, i);
    return JUMPED;
  }
  return software(core, i, VECTOR_DB, 'int1');
};

const iret: Helper = (core, i) => {
  interruptReturn(core, i.operandSize, next(core, i).low);
  return JUMPED;
};

export const TRANSFER_HELPERS = {
  'jmp-far': far(false),
  'call-far': far(true),
  'ret-far': retFar,
  int,
  int3,
  int1,
  into,
  iret,
  syscall: (core, i) => {
    const { low, high } = next(core, i);
    syscall(core, low, high);
    return JUMPED;
  },
  sysret: (core, i) => {
    sysret(core, i.operandSize);
    return JUMPED;
  },
  sysenter: (core) => {
    sysenter(core);
    return JUMPED;
  },
  sysexit: (core) => {
    sysexit(core);
    return JUMPED;
  },
  undefined: (core) => core.raise(VECTOR_UD),
} as const satisfies HelperTable;
