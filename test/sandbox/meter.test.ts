/** The counter of steps, in modules written out by hand. */
import assert from 'node:assert/strict';
import { GLOBAL_EXPORT, STEPS_EXPORT, metered } from '../../src/sandbox/meter';

const LEB_128 = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...LEB_128(value >>> 7)];
const section = (id: number, ...items: number[][]): number[] => {
  const body = [...LEB_128(items.length), ...items.flat()];
  return [id, ...LEB_128(body.length), ...body];
};
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/**
 * A module with one mutable and one constant global, and f(n): its code is `code`; local 0 is n, local 1 another i32.
 */
function moduleOf(code: number[]): Uint8Array {
  const body = [1, 1, 0x7f, ...code, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [0]),
    ...section(6, [0x7f, 1, 0x41, 42, 0x0b], [0x7f, 0, 0x41, 7, 0x0b]),
    ...section(7, [...name('f'), 0, 0]),
    ...section(10, [...LEB_128(body.length), ...body]),
  ]);
}

interface Metered {
  readonly f: (n: number) => number;
  readonly steps: WebAssembly.Global;
  readonly globals: readonly WebAssembly.Global[];
}

function instance(bytes: Uint8Array): Metered {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(metered(bytes)));
  const globals = Object.keys(exports).filter((key) => key.startsWith(GLOBAL_EXPORT));
  return {
    f: exports.f as (n: number) => number,
    steps: exports[STEPS_EXPORT] as WebAssembly.Global,
    globals: globals.map((key) => exports[key] as WebAssembly.Global),
  };
}

/** do { local1 += n; n -= 1 } while (n != 0); local1 */
// prettier-ignore
const SUM = [
  0x03, 0x40,
  0x20, 1, 0x20, 0, 0x6a, 0x21, 1,
  0x20, 0, 0x41, 1, 0x6b, 0x22, 0,
  0x0d, 0,
  0x0b,
  0x20, 1,
];

describe('the meter', () => {
  it('takes one step for each turn of a loop, and changes nothing else', () => {
    const { f, steps } = instance(moduleOf(SUM));
    steps.value = 1000;
    assert.equal(f(100), 5050);
    assert.equal(steps.value, 900);
  });

  it('traps at the turn after the last step', () => {
    const { f, steps } = instance(moduleOf(SUM));
    steps.value = 100;
    assert.equal(f(100), 5050);
    steps.value = 99;
    assert.throws(() => f(100), WebAssembly.RuntimeError);
    assert.equal(steps.value, -1);
  });

  it('counts the turns of loops within loops', () => {
    // do { local1 = 3; do { local1 -= 1 } while (local1 != 0); n -= 1 } while (n != 0); 0
    // prettier-ignore
    const nested = [
      0x03, 0x40,
      0x41, 3, 0x21, 1,
      0x03, 0x40, 0x20, 1, 0x41, 1, 0x6b, 0x22, 1, 0x0d, 0, 0x0b,
      0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0,
      0x0b,
      0x41, 0,
    ];
    const { f, steps } = instance(moduleOf(nested));
    steps.value = 1000;
    assert.equal(f(10), 0);
    assert.equal(steps.value, 1000 - 10 - 30);
  });

  it('sees a loop behind immediates that look like one', () => {
    // i32.const 3, i64.const 0x0303, f64.const of 03 bytes, br_table: dropped; then the loop
    const decoys = [
      ...[0x41, 0x03, 0x1a, 0x42, 0x83, 0x06, 0x1a, 0x44, ...Array<number>(8).fill(3), 0x1a],
      ...[0x02, 0x40, 0x41, 0, 0x0e, 3, 0, 0, 0, 0, 0x0b],
    ];
    const { f, steps } = instance(moduleOf([...decoys, ...SUM]));
    steps.value = 10;
    assert.equal(f(4), 10);
    assert.equal(steps.value, 6);
  });

  it('exports the mutable globals, and only those', () => {
    const { globals } = instance(moduleOf(SUM));
    assert.deepEqual(
      globals.map(({ value }) => value as number),
      [42],
    );
    globals[0]!.value = 5;
  });

  it('refuses what it does not know', () => {
    assert.throws(
      () => metered(moduleOf([0xfd, 0x0c, ...Array<number>(16).fill(0), 0x1a, 0x41, 0])),
      /does not know: fdh/,
    );
  });
});
