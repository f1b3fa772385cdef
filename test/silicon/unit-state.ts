/** The state of the vector and floating-point units as FXSAVE in 64-bit mode lays it out (volume 2, §11.4.4). */
import { FCS, FCW, FDP, FDS, FIP, FOP, FSW, FTW, MXCSR, X87, XMM } from '../../src/engine/state/layout';
import type { CpuState } from '../../src/engine/state/cpu-state';
import type { Random } from './random';
import { contents, extended, type Flavour } from './unit-values';

export const IMAGE_SIZE = 512;
const AT_FCW = 0;
const AT_FSW = 2;
const AT_FTW = 4;
const AT_FOP = 6;
const AT_FIP = 8;
const AT_FDP = 16;
const AT_MXCSR = 24;
const AT_ST = 32;
const AT_XMM = 160;
const SLOT = 16;
const EXTENDED = 10;

const FSW_ES_B = 0x8080;
const EXCEPTIONS = 0x3f;
const MISALIGNED_MODE = 'MXCSR.MM';
const FCW_USUAL = 0x37f;
const MXCSR_USUAL = 0x1f80;

const stackTop = (fsw: number): number => (fsw >> 11) & 7;

function x87Words(random: Random): readonly [fcw: number, fsw: number, ftw: number] {
  let fcw = FCW_USUAL;
  if (random.chance(0.4)) fcw = (fcw & ~0xf00) | (random.pick([0, 2, 3, 3, 3, 1]) << 8) | (random.below(4) << 10);
  if (random.chance(0.15)) fcw = (fcw & ~EXCEPTIONS) | random.below(64);
  let fsw = random.below(8) << 11;
  if (random.chance(0.4)) fsw |= random.u32() & 0x4700;
  if (random.chance(0.3)) fsw |= random.u32() & fcw & 0x7f;
  // A pending exception, now and then.
  if (random.chance(0.05)) fsw |= random.u32() & 0x7f;
  if (fsw & ~fcw & EXCEPTIONS) fsw |= FSW_ES_B;
  return [fcw, fsw, random.pick([0xff, 0xff, 0xff, 0, random.below(256), random.below(256)])];
}

function mxcsr(random: Random): number {
  let word = MXCSR_USUAL;
  if (random.chance(0.4)) word |= random.below(4) << 13;
  if (random.chance(0.12)) word |= 0x8000;
  if (random.chance(0.12)) word |= 0x40;
  if (random.chance(0.15)) word &= ~0x1f80 | (random.u32() & 0x1f80);
  if (random.chance(0.2)) word |= random.u32() & 0x3f;
  return word;
}

/** MXCSR.MM, which AMD's processors have. */
export function allowMisaligned(image: Uint8Array): void {
  image[AT_MXCSR + 2]! |= 2;
}

export function randomImage(random: Random, flavour: Flavour): Uint8Array {
  const image = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(image.buffer);
  const [fcw, fsw, ftw] = x87Words(random);
  view.setUint16(AT_FCW, fcw, true);
  view.setUint16(AT_FSW, fsw, true);
  view.setUint8(AT_FTW, ftw);
  view.setUint16(AT_FOP, random.u32() & 0x7ff, true);
  view.setBigUint64(AT_FIP, BigInt(random.u32()), true);
  view.setBigUint64(AT_FDP, BigInt(random.u32()), true);
  view.setUint32(AT_MXCSR, mxcsr(random), true);
  for (let n = 0; n < 8; n++) image.set(extended(random), AT_ST + n * SLOT);
  for (let n = 0; n < 16; n++) {
    const at = AT_XMM + n * SLOT;
    // Registers that are nearly alike give comparisons something to find.
    if (n > 0 && random.chance(0.2)) {
      const from = AT_XMM + random.below(n) * SLOT;
      image.copyWithin(at, from, from + SLOT);
      if (random.chance(0.7)) image[at + random.below(SLOT)]! ^= 1 << random.below(8);
    } else image.set(contents(random, flavour, SLOT), at);
  }
  return image;
}

/** Zeros in all registers, an empty stack. */
export function imageWith(fcw: number, fsw: number): Uint8Array {
  const image = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(image.buffer);
  view.setUint16(AT_FCW, fcw, true);
  view.setUint16(AT_FSW, fsw, true);
  view.setUint32(AT_MXCSR, MXCSR_USUAL, true);
  return image;
}

export function loadImage(state: CpuState, image: Uint8Array): void {
  const view = new DataView(image.buffer, image.byteOffset, IMAGE_SIZE);
  const fsw = view.getUint16(AT_FSW, true);
  state.u16[FCW >> 1] = view.getUint16(AT_FCW, true);
  state.u16[FSW >> 1] = fsw;
  state.u16[FTW >> 1] = view.getUint8(AT_FTW);
  state.u16[FOP >> 1] = view.getUint16(AT_FOP, true);
  state.setHalves(FIP, view.getInt32(AT_FIP, true), view.getInt32(AT_FIP + 4, true));
  state.setHalves(FDP, view.getInt32(AT_FDP, true), view.getInt32(AT_FDP + 4, true));
  // the 64-bit form has no selectors
  state.u16[FCS >> 1] = 0;
  state.u16[FDS >> 1] = 0;
  state.u32[MXCSR >> 2] = view.getUint32(AT_MXCSR, true);
  for (let n = 0; n < 8; n++) {
    const at = X87 + ((n + stackTop(fsw)) & 7) * SLOT;
    state.u8.set(image.subarray(AT_ST + n * SLOT, AT_ST + n * SLOT + EXTENDED), at);
  }
  state.u8.set(image.subarray(AT_XMM, AT_XMM + 16 * SLOT), XMM);
}

export function imageOf(state: CpuState): Uint8Array {
  const image = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(image.buffer);
  const fsw = state.u16[FSW >> 1]!;
  view.setUint16(AT_FCW, state.u16[FCW >> 1]!, true);
  view.setUint16(AT_FSW, fsw, true);
  view.setUint8(AT_FTW, state.u16[FTW >> 1]!);
  view.setUint16(AT_FOP, state.u16[FOP >> 1]!, true);
  view.setBigUint64(AT_FIP, state.big(FIP), true);
  view.setBigUint64(AT_FDP, state.big(FDP), true);
  view.setUint32(AT_MXCSR, state.u32[MXCSR >> 2]!, true);
  for (let n = 0; n < 8; n++) {
    const at = X87 + ((n + stackTop(fsw)) & 7) * SLOT;
    image.set(state.u8.subarray(at, at + EXTENDED), AT_ST + n * SLOT);
  }
  image.set(state.u8.subarray(XMM, XMM + 16 * SLOT), AT_XMM);
  return image;
}

interface Field {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** Bytes compared of FIP and FDP: bits above 47 are copies of bit 47, or of bit 56 on processors with 57-bit addresses. */
const POINTER_SIZE = 6;

const FIELDS: readonly Field[] = [
  { name: 'fcw', at: AT_FCW, size: 2 },
  { name: 'fsw', at: AT_FSW, size: 2 },
  { name: 'ftw', at: AT_FTW, size: 1 },
  { name: 'fop', at: AT_FOP, size: 2 },
  { name: 'fip', at: AT_FIP, size: POINTER_SIZE },
  { name: 'fdp', at: AT_FDP, size: POINTER_SIZE },
  { name: 'mxcsr', at: AT_MXCSR, size: 4 },
  ...Array.from({ length: 8 }, (_, n) => ({ name: `st${n}`, at: AT_ST + n * SLOT, size: EXTENDED })),
  ...Array.from({ length: 16 }, (_, n) => ({ name: `xmm${n}`, at: AT_XMM + n * SLOT, size: SLOT })),
];

const shown = (image: Uint8Array, f: Field): string =>
  Array.from(image.subarray(f.at, f.at + f.size), (b) => b.toString(16).padStart(2, '0'))
    .reverse()
    .join('');

/** Pointers of the last x87 instruction: AMD's processors save them while an exception is pending only (volume 2, §11.4.4.3). */
const POINTERS = /^f(op|ip|dp)$/;

/** Fields of two images that differ, as text. */
export function imageDifferences(silicon: Uint8Array, engine: Uint8Array): string[] {
  const found: string[] = [];
  const pending = (silicon[AT_FSW]! & FSW_ES_B) !== 0;
  for (const f of FIELDS) {
    if (!pending && POINTERS.test(f.name)) continue;
    for (let n = f.at; n < f.at + f.size; n++) {
      if (silicon[n] === engine[n]) continue;
      found.push(`${f.name}: silicon ${shown(silicon, f)}, engine ${shown(engine, f)}`);
      break;
    }
  }
  return found;
}

/** All fields, for people. */
export function describeImage(image: Uint8Array): string[] {
  const words = FIELDS.map((f) => `${f.name.padStart(5)} ${shown(image, f)}`);
  const lines = [`  ${words.slice(0, 7).join(' ')}`];
  for (let n = 7; n < words.length; n += 4) lines.push(`  ${words.slice(n, n + 4).join(' ')}`);
  return lines;
}

/** States of the units that matter to what an instruction does: a name, and whether an image is so. */
const STATES: readonly (readonly [
  name: string,
  holds: (fcw: number, fsw: number, ftw: number, mxcsr: number) => boolean,
])[] = [
  ...[0, 1, 2, 3].map((rc) => [`x87 rounding ${rc}`, (fcw: number) => ((fcw >> 10) & 3) === rc] as const),
  ...[0, 1, 2, 3].map((pc) => [`x87 precision ${pc}`, (fcw: number) => ((fcw >> 8) & 3) === pc] as const),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map(
    (top) => [`x87 top ${top}`, (_: number, fsw: number) => stackTop(fsw) === top] as const,
  ),
  ['x87 all masked', (fcw) => (fcw & EXCEPTIONS) === EXCEPTIONS],
  ['x87 some unmasked', (fcw) => (fcw & EXCEPTIONS) !== EXCEPTIONS],
  ['x87 exception pending', (_, fsw) => (fsw & FSW_ES_B) !== 0],
  ['x87 stack full', (_, __, ftw) => ftw === 0xff],
  ['x87 stack empty', (_, __, ftw) => ftw === 0],
  ['x87 stack partly full', (_, __, ftw) => ftw !== 0 && ftw !== 0xff],
  ...[0, 1, 2, 3].map(
    (rc) => [`MXCSR.RC ${rc}`, (_: number, __: number, ___: number, mx: number) => ((mx >> 13) & 3) === rc] as const,
  ),
  ['MXCSR.FZ', (_, __, ___, mx) => (mx & 0x8000) !== 0],
  ['MXCSR.DAZ', (_, __, ___, mx) => (mx & 0x40) !== 0],
  ['MXCSR all masked', (_, __, ___, mx) => (mx & 0x1f80) === 0x1f80],
  ['MXCSR some unmasked', (_, __, ___, mx) => (mx & 0x1f80) !== 0x1f80],
  ['MXCSR flags set', (_, __, ___, mx) => (mx & EXCEPTIONS) !== 0],
  [MISALIGNED_MODE, (_, __, ___, mx) => (mx & 0x20000) !== 0],
];

/** Names of the states an image is in; without one, of all there are: the last only if the processor has it. */
export function unitStates(image: Uint8Array | undefined, misaligned = true): readonly string[] {
  const names = STATES.map(([name]) => name);
  if (!image) return misaligned ? names : names.filter((name) => name !== MISALIGNED_MODE);
  const view = new DataView(image.buffer, image.byteOffset, IMAGE_SIZE);
  const words = [view.getUint16(AT_FCW, true), view.getUint16(AT_FSW, true), image[AT_FTW]!] as const;
  const mx = view.getUint32(AT_MXCSR, true);
  return STATES.flatMap(([name, holds]) => (holds(...words, mx) ? [name] : []));
}
