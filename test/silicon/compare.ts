/** Holds two outcomes of a case against each other. */
import { ENDLESS, VECTOR_BP, VECTOR_GP, VECTOR_PF, VECTOR_UD, type Outcome } from './outcome';
import { ALL } from './flag-use';
import type { Placed } from './test-case';
import { describeImage, imageDifferences } from './unit-state';
import { CODE_END } from './windows';

const NAMES = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
];
/** From the last page of the lower half on the system says of every address that it is mapped, and not for the user. */
const SYSTEM_ADDRESSES = 0x7ffffffff000n;

const hex = (v: bigint | number): string => v.toString(16);

/** Index of the step (or the end) at an address, −1 for none. */
export function stepAt(c: Placed, rip: bigint): number {
  return c.addresses.indexOf(Number(rip));
}

/** Flags that cannot be compared where the case ended. */
function maskedFlags(c: Placed, o: Outcome): number {
  const rip = o.vector === VECTOR_BP ? o.rip - 1n : o.rip;
  const n = stepAt(c, rip);
  if (n < 0) return c.undefinedFlags.reduce((all, flags) => all | flags, 0);
  // A fault on the way through a repeated compare leaves flags as they were before or after the last iteration.
  const step = c.test.steps[n];
  const repeats = step?.row.rep === 'repz' && o.vector !== VECTOR_BP ? ALL : 0;
  return c.undefinedFlags[n]! | repeats;
}

/** Whether #UD or the end of the code comes first when an undefined instruction's bytes run out, is not laid down. */
function runsOut(one: Outcome, other: Outcome): boolean {
  return one.vector === VECTOR_PF && Number(one.cr2) === CODE_END && other.vector === VECTOR_UD;
}

/** Instructions that reach for memory twice. */
const TWO_ACCESSES = /^((CMPS|MOVS)[BWDQ]|PUSH|POP|CALL)$/;

/**
 * Which of two accesses is tried first, when neither can be done, is not laid down: AMD's processors read the operands of CMPS now so,
 * now so, and look at a segment's limit and rights only when they come to the access.
 */
function bothAccessesFault(c: Placed, silicon: Outcome, engine: Outcome): boolean {
  const row = c.test.steps[stepAt(c, silicon.rip)]?.row;
  const name = row?.mnemonic ?? '';
  if (row?.unit !== undefined || !TWO_ACCESSES.test(name) || silicon.rip !== engine.rip) return false;
  const faults = (o: Outcome): boolean => o.vector === VECTOR_PF || o.vector === VECTOR_GP;
  if (!faults(silicon) || !faults(engine)) return false;
  if (name.startsWith('CMPS')) return silicon.vector !== engine.vector || silicon.cr2 !== engine.cr2;
  return c.test.bits === 32 && silicon.vector !== engine.vector;
}

/**
 * Instructions that use half of an operand of 16 bytes, or the count in its lower half. In misaligned SSE mode it may lie over the end of a
 * page; whether the half that is not used is read, is not laid down (volume 4), and AMD's processors do not read it.
 */
const USES_HALF = /^(P?UNPCK[LH].*|PS(LL|RL|RA)[WDQ])$/;

function unusedHalfFaults(c: Placed, silicon: Outcome, engine: Outcome): boolean {
  const step = c.test.steps[stepAt(c, engine.rip)];
  if (engine.vector !== VECTOR_PF || step?.row.unit !== 'sse' || !USES_HALF.test(step.row.mnemonic)) return false;
  return silicon.vector !== VECTOR_PF || silicon.rip !== engine.rip;
}

/** RETF and IRET to another level look for the outer stack before they refuse the selector; the engine refuses it first. */
function outerStackFaults(c: Placed, silicon: Outcome, engine: Outcome): boolean {
  const step = c.test.steps[stepAt(c, engine.rip)];
  if (!/^(RETF|IRET[DQ]?)$/.test(step?.row.mnemonic ?? '') || silicon.rip !== engine.rip) return false;
  return silicon.vector === VECTOR_PF && engine.vector === VECTOR_GP && engine.errorCode !== 0n;
}

const RSP = 4;
/** AMD's processors keep the registers popped before the fault; in the engine, as the manual has faults (volume 2, §8.1.2), none. */
const PARTIAL = /^POPAD?$/;

/** What differs; empty when nothing does. `silicon` is the processor's outcome. */
export function differences(c: Placed, silicon: Outcome, engine: Outcome): string[] {
  const found: string[] = [];
  const differ = (what: string, a: bigint | number, b: bigint | number): void => {
    if (a !== b) found.push(`${what}: silicon ${hex(a)}, engine ${hex(b)}`);
  };
  // The processor came back to the same instruction for ever: there is nothing to compare. How often is told in the report.
  if (silicon.vector === ENDLESS) return found;
  if (runsOut(silicon, engine) || runsOut(engine, silicon)) return found;
  if (bothAccessesFault(c, silicon, engine) || unusedHalfFaults(c, silicon, engine)) return found;
  if (outerStackFaults(c, silicon, engine)) return found;
  differ('vector', silicon.vector, engine.vector);
  if (found.length > 0) return found;
  differ('rip', silicon.rip, engine.rip);
  differ('cs', silicon.cs, engine.cs);
  if (silicon.vector === VECTOR_PF) {
    differ('cr2', silicon.cr2, engine.cr2);
    const mask = silicon.cr2 >= SYSTEM_ADDRESSES ? ~1n : -1n;
    differ('error code', silicon.errorCode & mask, engine.errorCode & mask);
  } else differ('error code', silicon.errorCode, engine.errorCode);
  const defined = ~maskedFlags(c, silicon);
  differ('rflags', silicon.flags & defined, engine.flags & defined);
  const partial = PARTIAL.test(c.test.steps[stepAt(c, silicon.rip)]?.row.mnemonic ?? '');
  for (let n = 0; n < 16; n++)
    if (!partial || n === RSP || n > 7) differ(NAMES[n]!, silicon.registers[n]!, engine.registers[n]!);
  if (silicon.units && engine.units) found.push(...imageDifferences(silicon.units, engine.units));
  for (const address of new Set([...silicon.memory.keys(), ...engine.memory.keys()])) {
    const a = silicon.memory.get(address);
    const b = engine.memory.get(address);
    if (a !== b) {
      found.push(
        `memory ${hex(address)}: silicon ${a === undefined ? 'unchanged' : hex(a)}, engine ${b === undefined ? 'unchanged' : hex(b)}`,
      );
    }
  }
  return found;
}

const bytesOf = (bytes: readonly number[]): string => bytes.map((b) => b.toString(16).padStart(2, '0')).join(' ');

/** A case and what became of it, for people. */
export function describe(c: Placed, silicon: Outcome, engine: Outcome): string {
  const lines = [`${c.test.bits}-bit code, rflags ${hex(c.test.flags)}, entry ${hex(c.rip)}`];
  const code = c.pieces[0]!;
  c.test.order.forEach((n) => {
    const step = c.test.steps[n]!;
    const at = c.addresses[n]! - code.address;
    const bytes = code.bytes.slice(at, at + step.bytes.length);
    lines.push(`  ${n}: ${hex(c.addresses[n]!)}  ${bytesOf(bytes).padEnd(36)} ${step.text}`);
  });
  lines.push(`  all bytes: ${bytesOf(code.bytes)}`);
  for (let n = 0; n < 16; n += 4) {
    lines.push(
      `  ${[0, 1, 2, 3].map((k) => `${NAMES[n + k]!.padStart(3)} ${hex(c.registers[n + k]!).padStart(16, '0')}`).join('  ')}`,
    );
  }
  if (c.test.units) lines.push(...describeImage(c.test.units));
  for (const p of c.pieces.slice(1)) lines.push(`  memory ${hex(p.address)}: ${bytesOf(p.bytes)}`);
  for (const [name, o] of [
    ['silicon', silicon],
    ['engine', engine],
  ] as const) {
    const changes = [...o.memory].slice(0, 8).map(([a, v]) => `${hex(a)}=${hex(v)}`);
    lines.push(
      `${name.padEnd(8)} vector ${o.vector} error ${hex(o.errorCode)} cr2 ${hex(o.cr2)} rip ${hex(o.rip)} rflags ${hex(o.flags)} ${changes.join(' ')}`,
    );
  }
  for (const line of differences(c, silicon, engine)) lines.push(`DIFFERS ${line}`);
  return lines.join('\n');
}
