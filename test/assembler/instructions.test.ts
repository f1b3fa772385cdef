import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import { ROWS } from '../../src/engine/isa/opcode-map';
import type { Row } from '../../src/engine/isa/row';
import { corpus } from './corpus';
import { DEVIATIONS, NEVER_CHOSEN } from './deviations';
import type { Bits, Case } from './corpus';
import { hex, runNasm } from './nasm';

const SLOT = 16;

/** Every instruction in a slot of its own, so that one refused or different does not move the others. */
function program(bits: Bits, cases: readonly Case[]): string {
  return [`bits ${bits}`, ...cases.map((c) => `${c.text}\ntimes ($$-$) & ${SLOT - 1} nop`)].join('\n') + '\n';
}

const caseAt = (line: number): number => Math.floor((line - 2) / 2);

/** Whether bytes are an encoding of a row: prefixes, escape, opcode and ModRM digit. */
function encodes(row: Row, bytes: Uint8Array, bits: Bits): boolean {
  let at = 0;
  const prefixes = new Set<number>();
  while ([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].includes(bytes[at]!))
    prefixes.add(bytes[at++]!);
  let rex = 0;
  if (bits === 64 && (bytes[at]! & 0xf0) === 0x40) rex = bytes[at++]!;
  if (row.encoding.vex) return bytes[at] === 0xc4 && encodesVex(row, bytes.subarray(at + 1));
  const escape = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][row.encoding.map]!;
  for (const byte of escape) if (bytes[at++] !== byte) return false;
  const { encoding } = row;
  if (encoding.prefix && !prefixes.has(encoding.prefix)) return false;
  if (encoding.prefix === 0 && (prefixes.has(0xf2) || prefixes.has(0xf3))) return false;
  if (encoding.rexW && (rex & 8) === 0) return false;
  const opcode = bytes[at++]!;
  if (encoding.plusRegister ? (opcode & 0xf8) !== encoding.opcode : opcode !== encoding.opcode) return false;
  // Memory and stack registers share digits.
  if (row.operands.at(-1)?.place === 'stack' && bytes[at]! < 0xc0) return false;
  if (encoding.modrm === 'digit') return ((bytes[at]! >> 3) & 7) === encoding.digit;
  return encoding.modrm !== 'exact' || bytes[at] === encoding.digit;
}

/** The same for what follows C4h. */
function encodesVex({ encoding }: Row, bytes: Uint8Array): boolean {
  const prefix = [0, 0x66, 0xf3, 0xf2][bytes[1]! & 3];
  if ((bytes[0]! & 0x1f) !== encoding.map || prefix !== encoding.prefix || bytes[2] !== encoding.opcode) return false;
  return encoding.modrm !== 'digit' || ((bytes[3]! >> 3) & 7) === encoding.digit;
}

describe('instructions against nasm', function () {
  this.timeout(300_000);
  const covered = new Set<Row>();

  for (const bits of [16, 32, 64] as const) {
    it(`every row in every shape, bits ${bits}`, () => {
      const all = corpus(bits);
      const deviating = all.filter((c) => DEVIATIONS.some((d) => d.applies(c)));
      const cases = all.filter((c) => !DEVIATIONS.some((d) => d.applies(c)));
      assert.ok(cases.length > 10_000, `only ${cases.length} cases`);
      const source = program(bits, cases);
      const nasm = runNasm(source);
      const refused = [...nasm.refused].map(([line, why]) => `${cases[caseAt(line)]?.text}: ${why}`);
      assert.deepEqual(refused.slice(0, 20), [], 'refused by nasm');
      const ours = assemble(source, { file: 'corpus.asm' });
      const errors = ours.diagnostics.filter((d) => d.severity === 'error');
      assert.deepEqual(
        errors.slice(0, 20).map((d) => `${cases[caseAt(d.line)]?.text}: ${d.message}`),
        [],
        'refused by us',
      );
      assert.equal(ours.bytes.length, cases.length * SLOT);
      const different: string[] = [];
      for (const [n, c] of cases.entries()) {
        const theirs = nasm.bytes!.subarray(n * SLOT, (n + 1) * SLOT);
        const mine = ours.bytes.subarray(n * SLOT, (n + 1) * SLOT);
        if (hex(theirs) !== hex(mine)) different.push(`${c.text}: nasm ${hex(theirs)}, here ${hex(mine)}`);
        else for (const row of ROWS) if (row.mnemonic === c.row.mnemonic && encodes(row, mine, bits)) covered.add(row);
      }
      assert.deepEqual(different.slice(0, 20), []);
      checkDeviations(bits, deviating);
    });
  }

  it('reaches every row', () => {
    const missing = ROWS.filter((row) => !covered.has(row) && !NEVER_CHOSEN.some((n) => n.applies(row)));
    assert.deepEqual(
      missing.map((row) => `${row.mnemonic} ${row.encoding.text}`),
      [],
    );
    const chosen = ROWS.filter((row) => covered.has(row) && NEVER_CHOSEN.some((n) => n.applies(row)));
    assert.deepEqual(
      chosen.map((row) => `${row.mnemonic} ${row.encoding.text}`),
      [],
      'tabled as never chosen',
    );
  });
});

/** A deviation must still be one: what is tabled as refused is refused. */
/** Each kind by itself: nasm gives up before it tells all when it meets a word it does not know. */
function checkDeviations(bits: Bits, all: readonly Case[]): void {
  const kind = (c: Case) => DEVIATIONS.find((d) => d.applies(c));
  for (const deviation of DEVIATIONS)
    if (!deviation.label)
      checkDeviation(
        bits,
        all.filter((c) => kind(c) === deviation),
      );
}

function checkDeviation(bits: Bits, cases: readonly Case[]): void {
  if (cases.length === 0) return;
  const source = program(bits, cases);
  const nasm = runNasm(source);
  const ours = assemble(source, { file: 'corpus.asm' });
  const refusedByUs = new Set<number>();
  for (const c of cases.entries()) {
    const alone = cases.length > 50 ? undefined : assemble(program(bits, [c[1]]), { file: 'one.asm' });
    if (alone?.failed) refusedByUs.add(c[0]);
  }
  for (const d of ours.diagnostics) if (d.severity === 'error') refusedByUs.add(caseAt(d.line));
  const refusedByNasm = new Set([...nasm.refused.keys()].map(caseAt));
  for (const [n, c] of cases.entries()) {
    const deviation = DEVIATIONS.find((d) => d.applies(c))!;
    assert.ok(refusedByNasm.has(n), `${c.text} (bits ${bits}): nasm takes it, although "${deviation.reason}"`);
    if (deviation.refuses === 'nasm') assert.ok(!refusedByUs.has(n), `${c.text}: refused here`);
  }
}
