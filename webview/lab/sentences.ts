/** What the lab page says of its claims, in words. Pure. */
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbField } from '../../src/engine/arch/vmcb';
import type { EvidencePlace } from '../../src/protocol/lab';
import type { PageClaim } from '../../src/protocol/lab-page';

/** What stands at the end of a claim's row. */
export const STATUS_WORDS: Readonly<Record<PageClaim['status'], string>> = {
  pass: 'passed',
  fail: 'fails',
  'expected-failure': 'fails, as it should at this step',
  'not-reached': 'not reached',
  unchecked: '',
};

/** The words of the door to a claim's evidence. */
export function doorWords(place: EvidencePlace): string {
  switch (place.kind) {
    case 'exit':
      return `Show exit ${place.number}`;
    case 'field':
      return `Show ${fieldName(place.field)} in the VMCB`;
    case 'page':
      return `Show ${place.address} in the page tables`;
    case 'line':
      return `${place.file}:${place.line}`;
  }
}

/** A field as the manual spells it. */
function fieldName(field: string): string {
  return Object.hasOwn(VMCB, field) ? VMCB[field as VmcbField].name : field;
}
