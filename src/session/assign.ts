/** Setting what a person may set: registers where they can be set, fields of the VMCB. What VMRUN will make of it is said. */
import { VMCB, VMCB_SAVE } from '../engine/arch/vmcb';
import { Vmcb } from '../engine/state/vmcb';
import type { VmcbScalar } from '../engine/state/vmcb';
import { CONSISTENCY_RULES, violations } from '../engine/svm/consistency';
import { ExpressionError } from './expression';
import type { Guest } from './guests';
import type { Lab, World } from './lab';
import { hostRegisters } from './registers';
import { forgetClean, setRegister } from './set-register';
import { vmcbFieldNamed } from './vmcb-fields';

/** Sets `rax`, `vmcb.RIP` and their like. Throws ExpressionError where that is impossible; returns what is to be said about it. */
export function assign(lab: Lab, world: World, name: string, value: bigint): readonly string[] {
  const guest = world === 'host' ? lab.target.watch.current : world;
  const before = guest ? brokenRules(lab, guest) : new Set<string>();
  const field = vmcbFieldNamed(name);
  if (field) {
    if (!guest) throw new ExpressionError('there is no VMCB yet');
    setField(lab, guest, field, value);
  } else setRegister(lab, world, name.toLowerCase(), value);
  if (!guest) return [];
  return [
    ...(field ? notes(lab, guest, field) : []),
    ...[...brokenRules(lab, guest)].filter((rule) => !before.has(rule)),
  ];
}

function setField(lab: Lab, guest: Guest, field: VmcbScalar, value: bigint): void {
  const { name, size } = VMCB[field];
  if (value >> BigInt(size * 8) !== 0n) {
    throw new ExpressionError(`0x${value.toString(16).toUpperCase()} does not fit ${name}, which has ${size * 8} bits`);
  }
  const vmcb = new Vmcb(lab.machine.ram, guest.vmcb);
  vmcb.setBig(field, value);
  if (field !== 'cleanBits') forgetClean(vmcb);
}

function notes(lab: Lab, guest: Guest, field: VmcbScalar): string[] {
  if (lab.executing !== guest) return [];
  const { name } = VMCB[field];
  return Object.hasOwn(VMCB_SAVE, field)
    ? [
        `${guest.identity.name} executes: the next #VMEXIT writes its own ${name} over this one. Set the register to change the guest.`,
      ]
    : [`${guest.identity.name} executes: ${name} counts from the next VMRUN on.`];
}

/** What VMRUN would refuse now, as sentences. */
function brokenRules(lab: Lab, guest: Guest): Set<string> {
  const { machine } = lab;
  const hostCr0 = Number(hostRegisters(machine.processor).cr(0));
  const entry = { vmcb: new Vmcb(machine.ram, guest.vmcb), limits: machine.processor.limits, hostCr0 };
  const rules = violations(entry).map(
    ({ field, what, section }) =>
      `VMRUN would refuse ${VMCB[field].name}: ${what} (§${section}, one of ${CONSISTENCY_RULES.length} rules).`,
  );
  return new Set(rules);
}
