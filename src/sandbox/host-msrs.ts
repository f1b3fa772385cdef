/** MSRs in host mode: what software of a learner's may read and write of them, and why not the rest. */
import { MSRS, type Msr, type MsrName } from '../engine/arch/msr';

/** A hypervisor sets these for its guests. */
const WRITABLE: readonly MsrName[] = ['TSC_AUX', 'TSC_RATIO'];

/** What to do instead of a write. */
const INSTEAD: Partial<Record<MsrName, string>> = {
  TSC: 'all guests read it: give this guest its own time with vmcb.tscOffset',
  EFER: 'it holds the hypervisor’s SVME: the guest’s EFER is vmcb.efer',
  VM_HSAVE_PA: 'the host’s state of every world switch lies there',
  VM_CR: 'it could turn SVM off under the hypervisor',
  PAT: 'it is the host’s: the guest’s PAT is vmcb.gPat',
};

const BY_NUMBER = new Map<number, MsrName>((Object.keys(MSRS) as MsrName[]).map((name) => [MSRS[name].number, name]));

/** Why an access is refused; undefined: it is not. */
export function msrRefusal(number: number, write: boolean): string | undefined {
  const name = BY_NUMBER.get(number);
  const what = `${write ? 'host.wrmsr' : 'host.rdmsr'}(${number.toString(16).toUpperCase()}h)`;
  if (!name) return `${what}: AMD64 has no such MSR`;
  const row: Msr = MSRS[name];
  if (row.moved === 'vmload' || row.vmcb !== undefined) {
    if (write) return `${what}: ${row.name} holds the guest’s value only in the VMCB, in vmcb.${row.vmcb}`;
  }
  if (!write || WRITABLE.includes(name)) return undefined;
  return `${what}: ${row.name} is the host’s; ${INSTEAD[name] ?? 'writing it would change the machine under the hypervisor'}`;
}
