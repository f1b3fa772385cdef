/** Fields of the VMCB by the names people type: `vmcb.EXITCODE`. */
import { VMCB } from '../engine/arch/vmcb';
import type { VmcbField } from '../engine/arch/vmcb';
import type { VmcbScalar } from '../engine/state/vmcb';

const BY_NAME = new Map(
  (Object.keys(VMCB) as VmcbField[])
    .filter((key) => [1, 2, 4, 8].includes(VMCB[key].size))
    .map((key) => [VMCB[key].name.toLowerCase(), key as VmcbScalar]),
);

/** The field a name stands for, whatever its case; undefined if there is none. */
export function vmcbFieldNamed(name: string): VmcbScalar | undefined {
  const match = /^vmcb\.(\w+)$/i.exec(name);
  return match ? BY_NAME.get(match[1]!.toLowerCase()) : undefined;
}

export function vmcbFieldNames(): string[] {
  return [...BY_NAME.values()].map((key) => `vmcb.${VMCB[key].name}`);
}
