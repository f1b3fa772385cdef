/** ADCX, ADOX: additions with a carry chain of their own each; CRC32 (APM volume 3, chapter 3; volume 4, CRC32). */
import type { Emitter, Size, Value } from '../emitter';
import { Eb, Ev, Ey, Gy } from '../operand';
import { row, type Emit, type Row } from '../row';

/** Adds with the flag at bit `bit` of RFLAGS as the only carry in and out. */
const chain =
  (bit: 0 | 11): Emit =>
  (e) => {
    const s = e.size;
    const a = e.let(e.read(0));
    const b = e.let(e.read(1));
    const flags = e.let(e.arithmeticFlags());
    const carry = e.let(e.bin('and', e.bin('shr_u', flags, e.constant(bit, 4)), e.constant(1, 4)));
    let out: Value;
    if (s === 8) {
      const sum = e.let(e.bin('add', a, b));
      const r = e.let(e.bin('add', sum, e.zero(carry, 8)));
      out = e.let(e.bin('or', e.bin('lt_u', sum, a), e.bin('lt_u', r, sum)));
      e.write(0, r);
    } else {
      const sum = e.let(e.bin('add', e.bin('add', e.zero(a, 8), e.zero(b, 8)), e.zero(carry, 8)));
      out = e.let(e.zero(e.bin('shr_u', sum, e.constant(32, 8)), 4));
      e.write(0, e.zero(sum, 4));
    }
    const others = e.bin('and', flags, e.constant(~(1 << bit), 4));
    e.setFlags('flags', 4, e.let(e.bin('or', others, e.bin('shl', out, e.constant(bit, 4)))));
  };

/** Polynomial 11EDC6F41h, bit-reversed. */
const POLYNOMIAL = 0x82f63b78;

function divide(e: Emitter, crc: Value, bits: number): Value {
  for (let n = 0; n < bits; n++) {
    const out = e.bin('sub', e.constant(0, 4), e.bin('and', crc, e.constant(1, 4)));
    const taken = e.bin('and', out, e.constant(POLYNOMIAL | 0, 4));
    crc = e.let(e.bin('xor', e.bin('shr_u', crc, e.constant(1, 4)), taken));
  }
  return crc;
}

const crc32: Emit = (e) => {
  const from: Size = e.sizeOf(1);
  const data = e.let(e.read(1));
  let crc = e.let(e.zero(e.read(0), 4));
  const low = from === 8 ? e.zero(data, 4) : data;
  crc = divide(e, e.let(e.bin('xor', crc, low)), Math.min(from, 4) * 8);
  if (from === 8) {
    const high = e.zero(e.bin('shr_u', data, e.constant(32, 8)), 4);
    crc = divide(e, e.let(e.bin('xor', crc, high)), 32);
  }
  e.write(0, e.zero(crc, e.size));
};

const adx = { feature: 'ADX', rare: true } as const;
const sse42 = { feature: 'SSE42', rare: true } as const;

export const CARRY_CHAIN: readonly Row[] = [
  row('ADCX', '66 0F 38 F6 /r', [Gy, Ey], { ...adx, readsFlags: true }, chain(0)),
  row('ADOX', 'F3 0F 38 F6 /r', [Gy, Ey], { ...adx, readsFlags: true }, chain(11)),
  row('CRC32', 'F2 0F 38 F0 /r', [Gy, Eb], sse42, crc32),
  row('CRC32', 'F2 0F 38 F1 /r', [Gy, Ev], sse42, crc32),
];
