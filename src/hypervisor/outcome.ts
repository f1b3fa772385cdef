/** What an exit handler decides; the hypervisor's loop makes it happen. */
import { EVENT_TYPE_EXCEPTION } from '../engine/arch/events';
import { EXCEPTIONS, VECTOR_GP, VECTOR_UD } from '../engine/arch/exceptions';

/** An event for EVENTINJ. §15.20 */
export interface GuestEvent {
  /** EVENT_TYPE_* of arch/events. */
  readonly type: number;
  readonly vector: number;
  /** Pushed error code; none if left out. */
  readonly errorCode?: number;
}

export type Outcome = OutcomeDecision & {
  /** Who decided: one or two words. */
  readonly by: string;
};

type OutcomeDecision =
  | { readonly kind: 'resume' } // at the RIP of the VMCB
  | { readonly kind: 'advance'; readonly to?: bigint } // behind the intercepted instruction: at nRIP, or where software found it to be
  | { readonly kind: 'inject'; readonly event: GuestEvent }
  | { readonly kind: 'stop'; readonly stop: GuestStop };

/** Why a guest stands still for good, or until something comes from outside. */
export type GuestStop =
  | { readonly kind: 'halted' } // HLT, and nothing that could end it
  /** Debug exit: `value` was written, status is (value << 1) | 1. VMMCALL: both are its argument. */
  | { readonly kind: 'guest-exit'; readonly status: number; readonly value: number }
  | { readonly kind: 'power-off' } // soft off of the guest's ACPI
  | { readonly kind: 'guest-shutdown'; readonly diagnosis: string }
  | { readonly kind: 'diagnosis'; readonly message: string };

export function resume(by: string): Outcome {
  return { kind: 'resume', by };
}
export function advance(by: string, to?: bigint): Outcome {
  return { kind: 'advance', by, to };
}
export function inject(by: string, vector: number, errorCode?: number): Outcome {
  return { kind: 'inject', by, event: { type: EVENT_TYPE_EXCEPTION, vector, errorCode } };
}
export function undefinedOpcode(by: string): Outcome {
  return inject(by, VECTOR_UD);
}
export function generalProtection(by: string): Outcome {
  return inject(by, VECTOR_GP, 0);
}
export function stop(by: string, why: GuestStop): Outcome {
  return { kind: 'stop', by, stop: why };
}
export function diagnosis(by: string, message: string): Outcome {
  return stop(by, { kind: 'diagnosis', message });
}

/** The outcome in words, for the exit log. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'inject': {
      const { vector, errorCode } = outcome.event;
      const name = EXCEPTIONS.find((row) => row.vector === vector)?.mnemonic ?? `vector ${vector}`;
      return `inject ${name}${errorCode === undefined ? '' : `(${errorCode.toString(16)})`}`;
    }
    case 'stop':
      return `stop: ${stopText(outcome.stop)}`;
    default:
      return outcome.kind;
  }
}

function stopText(why: GuestStop): string {
  switch (why.kind) {
    case 'guest-exit':
      return `exit with status ${why.status}`;
    case 'guest-shutdown':
      return why.diagnosis;
    case 'diagnosis':
      return why.message;
    default:
      return why.kind;
  }
}
