/** SHUTDOWN: a triple fault, or an exception while delivering #DF (§15.14.3). INVALID: VMRUN refused the VMCB (§15.5.1). */
import { CR0_PE, CR0_PG, EFER_LMA } from '../../engine/arch/registers';
import { VMCB } from '../../engine/arch/vmcb';
import { ATTRIB_L } from '../../engine/arch/vmcb';
import { diagnosis, stop } from '../outcome';
import type { Vcpu } from '../vcpu';
import type { ExitHandler } from './exit-handler';

export const shutdown: ExitHandler = ({ vcpu }) => {
  const { vmcb } = vcpu;
  const at = `${hex(vmcb.low('csSelector'))}:${hex(vmcb.number('rip'))}`;
  const idt = `IDTR base ${hex(vmcb.number('idtrBase'))}, limit ${hex(vmcb.low('idtrLimit'))}`;
  const cr2 = `CR2 ${hex(vmcb.number('cr2'))}`;
  const text = `triple fault: an exception could not be delivered, nor the #DF that followed; ${mode(vcpu)}, CS:RIP ${at}, ${idt}, ${cr2}`;
  return stop('shutdown', { kind: 'guest-shutdown', diagnosis: text });
};

export const invalid: ExitHandler = ({ vcpu }) => {
  const { violations } = vcpu.host.refusal(vcpu.vmcb.spa);
  const rules = violations.map(({ field, what, section }) => {
    const name = field in VMCB ? VMCB[field as keyof typeof VMCB].name : field;
    return `${name}: ${what} (§${section})`;
  });
  return diagnosis(
    'vmrun',
    `VMRUN refused the VMCB at ${hex(vcpu.vmcb.spa)}: ${rules.join('; ') || 'no rule says why'}`,
  );
};

export function hex(value: number): string {
  return `${value.toString(16).toUpperCase()}h`;
}

function mode({ vmcb, guestControls }: Vcpu): string {
  const { cr0, efer } = guestControls;
  if ((cr0 & CR0_PE) === 0) return 'real mode';
  if ((efer & EFER_LMA) !== 0) return vmcb.low('csAttrib') & ATTRIB_L ? '64-bit mode' : 'compatibility mode';
  return cr0 & CR0_PG ? 'protected mode with paging' : 'protected mode';
}
