/** Attributes of a segment in words. */
import { SEGMENT_ATTRIBUTES } from '../../src/engine/arch/vmcb';
import { reader } from '../shared/bits';
import type { Chip } from '../shared/chip';

/** System segment types that a task or LDT register can hold. §4.8.3 */
const SYSTEM_TYPES: Record<number, string> = {
  1: 'TSS 16-bit',
  2: 'LDT',
  3: 'TSS 16-bit busy',
  9: 'TSS',
  11: 'TSS busy',
};

const SECTION = '\n§15.5.1';

export function segmentChips(attributes: bigint): Chip[] {
  if (attributes === 0n) return [{ text: 'null', look: 'off', meaning: `no segment: all attributes are 0${SECTION}` }];
  const field = reader(SEGMENT_ATTRIBUTES, attributes);
  const type = field('TYPE');
  const code = (type & 8) !== 0;
  const named = field('S') === 0 ? (SYSTEM_TYPES[type] ?? `system ${type}`) : code ? 'code' : 'data';
  const size = code ? '' : `; D/B, bit 10, is ${field('DB')}`;
  const chips: Chip[] = [
    { text: named, meaning: `TYPE, bits 3:0, is ${type}; S, bit 4, is ${field('S')}${size}${SECTION}` },
  ];
  if (field('L')) chips.push({ text: 'L', meaning: `L, bit 9: 64-bit code${SECTION}` });
  else if (field('S') && code) {
    const bits = field('DB') ? '32' : '16';
    chips.push({
      text: `${bits}-bit`,
      meaning: `D/B, bit 10, is ${field('DB')}: default operand or stack size${SECTION}`,
    });
  }
  chips.push({ text: `DPL ${field('DPL')}`, meaning: `DPL, bits 6:5: descriptor privilege level${SECTION}` });
  const present = field('P') === 1;
  chips.push({ text: 'P', look: present ? 'on' : 'off', meaning: `P, bit 7: present${SECTION}` });
  return chips;
}
