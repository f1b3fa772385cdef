/** Takes down every #VMEXIT of an experiment as a fact. */
import { EXIT_CODES, exitName } from '../../engine/arch/exit-codes';
import type { ExitName } from '../../engine/arch/exit-codes';
import { RAX, RSP } from '../../engine/arch/registers';
import type { VmcbField } from '../../engine/arch/vmcb';
import type { CpuState } from '../../engine/state/cpu-state';
import { REGS } from '../../engine/state/layout';
import type { Ram } from '../../engine/state/ram';
import type { ExitFact } from '../../labs/workbench';
import { fieldOf, VmcbRecord } from './vmcb-record';
import type { VmcbMoment } from './vmcb-record';

const REGISTERS = 16;

class RecordedExit implements ExitFact {
  outcome: ExitFact['outcome'] = 'software';
  outcomeValue = 0;
  later: { readonly moment: VmcbMoment; readonly registers: BigUint64Array } | undefined;

  constructor(
    readonly number: number,
    readonly guest: number,
    readonly name: ExitName,
    readonly time: number,
    private readonly moment: VmcbMoment,
    private readonly registers: BigUint64Array,
    readonly refused: ExitFact['refused'],
  ) {}

  before(field: VmcbField): bigint {
    return fieldOf(this.moment, field);
  }
  after(field: VmcbField): bigint {
    return fieldOf(this.later?.moment ?? this.moment, field);
  }
  gprBefore(register: number): bigint {
    return registerOf(this.registers, this.moment, register);
  }
  gprAfter(register: number): bigint {
    return this.later ? registerOf(this.later.registers, this.later.moment, register) : this.gprBefore(register);
  }
}

/** The guest's RAX and RSP are in the VMCB, the others in the processor. §15.5.1 */
function registerOf(registers: BigUint64Array, moment: VmcbMoment, register: number): bigint {
  if (register === RAX) return fieldOf(moment, 'rax');
  if (register === RSP) return fieldOf(moment, 'rsp');
  const value = registers[register];
  if (value === undefined) throw new RangeError(`there is no general register ${register}`);
  return value;
}

export class ExitRecorder {
  readonly exits: RecordedExit[] = [];
  /** By EXITCODE's name. */
  readonly counts = new Map<ExitName, number>();
  private readonly byGuest: Map<ExitName, number>[] = [];
  private readonly vmcbs: VmcbRecord[] = [];

  constructor(
    private readonly state: CpuState,
    private readonly ram: Ram,
  ) {}

  /** Id of the guest with the VMCB at an SPA, in the order they are met. */
  guestAt(vmcb: number): number {
    const known = this.vmcbs.findIndex(({ spa }) => spa === vmcb);
    return known >= 0 ? known : this.vmcbs.push(new VmcbRecord(this.ram, vmcb)) - 1;
  }

  /** A #VMEXIT whose VMCB is complete and whose handler has not run. `code`: EXITCODE, signed. */
  take(guest: number, code: number, time: number, refused: ExitFact['refused'] = []): RecordedExit {
    const name = exitName(code);
    if (name === undefined) throw new Error(`EXITCODE ${code.toString(16)}h has no name`);
    const moment = this.vmcbs[guest]!.now();
    const exit = new RecordedExit(this.exits.length + 1, guest, name, time, moment, this.registers(), refused);
    this.exits.push(exit);
    const counts = (this.byGuest[guest] ??= new Map());
    for (const map of [this.counts, counts]) map.set(name, (map.get(name) ?? 0) + 1);
    return exit;
  }

  /** What became of it, by now. */
  decide(exit: RecordedExit, outcome: ExitFact['outcome'], outcomeValue: number): void {
    exit.outcome = outcome;
    exit.outcomeValue = outcomeValue;
    this.settle(exit);
  }

  /** VMCB and registers as they are now are what became of it. */
  settle(exit: RecordedExit): void {
    exit.later = { moment: this.vmcbs[exit.guest]!.now(), registers: this.registers() };
  }

  count(name: ExitName, guest?: number): number {
    if (!Object.hasOwn(EXIT_CODES, name)) throw new RangeError(`there is no EXITCODE ${name}`);
    const counts = guest === undefined ? this.counts : this.byGuest[guest];
    return counts?.get(name) ?? 0;
  }

  private registers(): BigUint64Array {
    const registers = new BigUint64Array(REGISTERS);
    for (let n = 0; n < REGISTERS; n++) registers[n] = this.state.big(REGS + n * 8);
    return registers;
  }
}

export type { RecordedExit };
