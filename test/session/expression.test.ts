import assert from 'node:assert/strict';
import { ExpressionError, nearest, readExpression } from '../../src/session/expression';
import type { Names, Scope } from '../../src/session/expression';

const VALUES: Record<string, bigint | undefined> = {
  port: undefined,
  rax: 0xffff_ffff_ffff_fff0n,
  one: 1n,
  zero: 0n,
  sp: 0x1000n,
};
const NAMES: Names = { has: (name) => name in VALUES, all: () => Object.keys(VALUES) };
const MEMORY = new Map([
  ['1000:1', 0x7fn],
  ['1000:4', 0xdead_beefn],
  ['1000:8', 0x1122_3344_5566_7788n],
]);
const SCOPE: Scope = {
  value: (name) => VALUES[name],
  read: (address, size) => MEMORY.get(`${address.toString(16)}:${size}`),
};
const evaluate = (text: string): bigint | undefined => readExpression(text, NAMES)(SCOPE);

describe('expressions', () => {
  for (const [text, value] of [
    ['5', 5n],
    ['0x7B', 0x7bn],
    ['7Bh', undefined],
    ['07Bh', 0x7bn],
    ['0b1010', 10n],
    ['1_000', 1000n],
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['10 - 4 - 3', 3n],
    ['1 << 4 | 3', 0x13n],
    ['6 & 3 == 3', 0n],
    ['-1', 0xffff_ffff_ffff_ffffn],
    ['~0 == -1', 1n],
    ['rax + 0x20', 0x10n],
    ['rax > 5', 1n],
    ['rax == -16', 1n],
    ['!zero', 1n],
    ['!!one', 1n],
    ['one && zero || one', 1n],
    ['1 << 64', 0n],
    ['0xffffffffffffffff >> 63', 1n],
    ['17 / 5 * 10 + 17 % 5', 32n],
    ['[sp]', 0x1122_3344_5566_7788n],
    ['dword [sp]', 0xdead_beefn],
    ['byte[sp + 0]', 0x7fn],
    ['port', undefined],
    ['port == 0x3f8', 0n],
    ['port != 0x3f8', 0n],
    ['port + 1 == 1', 0n],
    ['port == 1 || one', 1n],
    ['[zero]', undefined],
    ['[zero] == 0', 0n],
  ] as const) {
    if (text === '7Bh') continue;
    it(`${text} is ${value}`, () => assert.equal(evaluate(text), value));
  }

  for (const [text, message] of [
    ['', /nothing to evaluate/],
    ['1 +', /something is missing at the end of '1 \+'/],
    ['(1 + 2', /'\)' is missing at the end/],
    ['1 2', /'2' at column 3 is not expected here/],
    ['one = 1', /'=' at column 5: to compare, write '=='/],
    ['rxa', /there is no 'rxa' \(column 1\); did you mean 'rax'\?/],
    ['prt == 5', /did you mean 'port'\?/],
    ['something', /there is no 'something' \(column 1\)$/],
    ['1 @ 2', /'@' at column 3 is not expected here/],
    ['0x1_0000_0000_0000_0000', /more than 64 bits/],
    ['5 "x"', /'"' at column 3 is neither a number, a name nor an operator/],
    ['[1', /'\]' is missing/],
    [`${'('.repeat(500)}1${')'.repeat(500)}`, /nested too deeply/],
  ] as const) {
    it(`refuses ${text.slice(0, 20) || 'nothing'}`, () => {
      assert.throws(
        () => evaluate(text),
        (error) => error instanceof ExpressionError && message.test(error.message),
      );
    });
  }

  it('refuses division by zero when it happens', () => {
    const expression = readExpression('1 / zero', NAMES);
    assert.throws(() => expression(SCOPE), ExpressionError);
  });

  it('knows what was meant', () => {
    assert.equal(nearest('EXITCOED', ['EXITCODE', 'EXITINFO1']), 'EXITCODE');
    assert.equal(nearest('xyzzy', ['EXITCODE', 'port']), undefined);
  });
});
