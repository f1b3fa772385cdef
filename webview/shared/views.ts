/** The small things every panel draws: hex with gaps, sentences, who, what, chips. */
import type { ExitClass } from '../../src/engine/arch/exit-codes';
import type { GuestIdentity } from '../../src/protocol/state';
import type { Chip } from './chip';
import { h, s } from './dom';
import type { Child } from './dom';
import { CLASS_NAMES } from './exit-names';
import { hexGroups } from './numbers';
import type { Phrase } from './phrase';

/** Hex with gaps; what is copied has none. */
export function hexView(value: bigint, width = 1): HTMLElement {
  const { groups } = hexGroups(value, width);
  const view = h('span', { class: 'hx' }, h('i', {}, '0x'));
  for (const { zeros, digits } of groups) view.append(h('u', {}, zeros !== '' && h('s', {}, zeros), digits));
  return view;
}

export function phraseView(phrase: Phrase): Child[] {
  return phrase.map((part) => {
    if (typeof part === 'string') return part;
    if ('hex' in part) return hexView(part.hex, part.width);
    if ('mono' in part) return h('span', { class: 'm' }, part.mono);
    if ('strong' in part) return h('b', {}, part.strong);
    if ('quiet' in part) return h('span', { class: 'dim' }, part.quiet);
    return h('span', { class: 'bad' }, part.bad);
  });
}

/** Class of a guest's colour: A, B, and everyone after them. */
export function guestTint(id: number): string {
  return ['a', 'b'][id] ?? 'hw';
}

export function whoView(guest: GuestIdentity): HTMLElement {
  return h('span', { class: `who ${guestTint(guest.id)}`, title: capital(guest.name) }, guest.letter);
}

/** Host mode. */
export function hostView(): HTMLElement {
  return h('span', { class: 'who h', title: 'Hypervisor' }, 'H');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TINTS: Record<ExitClass, string> = {
  io: 'io',
  memory: 'mem',
  instruction: 'insn',
  event: 'event',
  idle: 'idle',
  fault: 'fault',
};

/** The class that gives an element the colour of an exit class. */
export function classTint(kind: ExitClass): string {
  return TINTS[kind];
}

const SHAPES: Record<ExitClass, () => SVGElement> = {
  io: () => s('rect', { x: 1.5, y: 1.5, width: 9, height: 9, rx: 1 }),
  memory: () => s('path', { d: 'M6 .6 11.4 6 6 11.4.6 6z' }),
  instruction: () => s('circle', { cx: 6, cy: 6, r: 4.6 }),
  event: () => s('path', { d: 'M6 1 11.4 10.6H.6z' }),
  idle: () => s('circle', { cx: 6, cy: 6, r: 4 }),
  fault: () => s('path', { d: 'M2.4 2.4 9.6 9.6M9.6 2.4 2.4 9.6' }),
};

/** The shape of a class in a box of 12 by 12, for a picture that has others in it. */
export function classShape(kind: ExitClass): SVGElement {
  return s('g', { class: `cls ${TINTS[kind]}` }, SHAPES[kind]());
}

/** An exit class: a shape of its own, a colour that repeats it, a name. */
export function classMark(kind: ExitClass): SVGSVGElement {
  const label = CLASS_NAMES[kind];
  return s(
    'svg',
    { class: `cls ${TINTS[kind]}`, viewBox: '0 0 12 12', role: 'img', 'aria-label': label },
    SHAPES[kind](),
  );
}

export function chipView(chip: Chip): HTMLElement {
  const look = chip.look ?? 'on';
  const classes = ['chip', look !== 'on' && look, chip.changed && look !== 'bad' && 'new'].filter(Boolean).join(' ');
  return h('span', { class: classes, 'data-tip': chip.meaning }, chip.text);
}

export function chipsView(chips: readonly Chip[]): HTMLElement {
  return h('span', { class: 'chips' }, ...chips.map(chipView));
}

/** `label value` of the line of facts. */
export function fact(label: string, ...value: Child[]): HTMLElement {
  return h('span', {}, h('span', { class: 'k' }, label), ...value);
}

export function mono(text: string): HTMLElement {
  return h('span', { class: 'm' }, text);
}
