/** The banner of a VMCB that VMRUN refuses: the guilty rule, its section, how many others hold. */
import { VMCB } from '../../src/engine/arch/vmcb';
import type { VmcbView } from '../../src/protocol/vmcb';
import { h, icon } from '../shared/dom';
import { counted } from '../shared/numbers';

export function refusalBanner({ violations, rules }: VmcbView): HTMLElement | undefined {
  const [first, ...others] = violations;
  if (!first) return undefined;
  const line = ({ field, what, section }: typeof first) => `${VMCB[field]?.name ?? field}: ${what} (§${section}).`;
  const hold = rules - violations.length;
  const rest = hold === 1 ? 'The other rule holds.' : `The other ${hold} rules hold.`;
  return h(
    'div',
    { class: 'banner err', role: 'alert' },
    icon('error'),
    h(
      'div',
      {},
      h(
        'h2',
        {},
        `VMRUN refuses this VMCB: ${others.length > 0 ? `${counted(violations.length, 'rule')} are broken` : line(first)}`,
      ),
      ...(others.length > 0 ? violations.map((violation) => h('p', {}, line(violation))) : []),
      h('p', { class: 'dim' }, rest),
    ),
  );
}
