/** Address records: what stands before an instruction whose address is segmented, displaced or narrow. It leaves it in a scratch slot. */
import { VECTOR_GP, VECTOR_MF } from '../arch/exceptions';
import { CR0_NE, RCX, SEG_SS } from '../arch/registers';
import { MXCSR_MM } from '../isa/unit';
import {
  CRS,
  FAULT_ERROR,
  FAULT_VECTOR,
  FSW,
  MXCSR,
  REGS,
  SEG_BASE,
  SEG_READ_FIRST,
  SEG_READ_LAST,
  SEGMENTS,
  SEGMENT_SIZE,
} from '../state/layout';
import { node } from './expression';
import { FSW_ES } from './operand-emitter';
import type { Place, Width } from './place';
import {
  ALIGNED_ALWAYS,
  ALIGNED_USUALLY,
  EXIT_FAULT,
  R_BASE,
  R_DISPLACEMENT,
  R_IMMEDIATE,
  R_INDEX,
  R_NEXT,
  R_OPERAND_0,
  R_OPERAND_1,
  R_SCALE,
  R_TARGET,
  R_TRAITS,
  REPEATED,
  USES_MMX,
} from './record';
import { type FunctionBuilder, type MemoryOp, VOID } from './wasm';

/** An address record: segment base and checks, address size; the linear address goes to a scratch slot. */
export function emitAddress(place: Place, width: Width, va: number, segment: number): void {
  const { f } = place;
  const field = (op: MemoryOp, at: number): FunctionBuilder => {
    place.field(op, at);
    return f;
  };
  place.load(8, { field: R_BASE });
  place.load(8, { field: R_INDEX });
  field('i64.load8_u', R_SCALE).op('i64.shl', 'i64.add');
  field('i64.load', R_DISPLACEMENT).op('i64.add');
  field('i64.load', R_IMMEDIATE).op('i64.and').set(va);
  field('i32.load16_u', R_OPERAND_0).set(segment);
  if (width === 32) {
    const trait = (which: number): FunctionBuilder => field('i32.load8_u', R_TRAITS).i32(which).op('i32.and');
    // first ≤ offset and offset + size − 1 ≤ last, for reading or for writing
    const bounds = (): FunctionBuilder => {
      f.get(segment);
      return field('i32.load', R_NEXT).op('i32.add');
    };
    f.get(va);
    bounds().memory('i64.load32_u', SEG_READ_FIRST).op('i64.lt_u');
    f.get(va);
    field('i64.load32_u', R_TARGET).op('i64.add');
    bounds().memory('i64.load32_u', SEG_READ_LAST).op('i64.gt_u', 'i32.or').if(VOID);
    trait(REPEATED).op('i32.eqz');
    place.load(8, { address: REGS + 8 * RCX });
    field('i64.load', R_IMMEDIATE).op('i64.and', 'i64.eqz', 'i32.eqz', 'i32.or').if(VOID);
    f.i32(0)
      .i32(12)
      .i32(13)
      .get(segment)
      .i32(SEGMENTS + SEG_SS * SEGMENT_SIZE)
      .op('i32.eq', 'select')
      .memory('i32.store', FAULT_VECTOR);
    f.i32(0).i32(0).memory('i32.store', FAULT_ERROR);
    // Alignment comes before limits.
    f.get(va).get(segment).memory('i64.load', SEG_BASE).op('i64.add', 'i32.wrap_i64').i32(15).op('i32.and').if(VOID);
    trait(ALIGNED_ALWAYS);
    f.i32(0);
    trait(ALIGNED_USUALLY);
    f.i32(0).memory('i32.load', MXCSR).i32(MXCSR_MM).op('i32.and', 'select', 'i32.or').if(VOID);
    f.i32(0).i32(VECTOR_GP).memory('i32.store', FAULT_VECTOR);
    f.op('end', 'end');
    // A pending x87 exception comes first, when it is one of the processor's own.
    trait(USES_MMX).op('i32.eqz', 'i32.eqz');
    f.i32(0).memory('i32.load16_u', FSW).i32(FSW_ES).op('i32.and', 'i32.eqz', 'i32.eqz', 'i32.and');
    f.i32(0).memory('i32.load', CRS).i32(CR0_NE).op('i32.and', 'i32.eqz', 'i32.eqz', 'i32.and').if(VOID);
    f.i32(0).i32(VECTOR_MF).memory('i32.store', FAULT_VECTOR).i32(0).i32(-1).memory('i32.store', FAULT_ERROR);
    f.op('end');
    place.leave(EXIT_FAULT);
    f.op('end', 'end');
  }
  const linear = node('i64', () => {
    f.get(va).get(segment).memory('i64.load', SEG_BASE).op('i64.add');
    if (width === 32) f.i64(0xffffffffn).op('i64.and');
  });
  place.store(8, { field: R_OPERAND_1 }, linear);
}

/** A displaced address: base + index × scale + displacement + the bytes a bit offset or AL adds; still an offset, to a scratch slot. */
export function emitDisplaced(place: Place, size: 0 | 2 | 4 | 8): void {
  const { f } = place;
  const offset = node('i64', () => {
    place.load(8, { field: R_BASE });
    place.load(8, { field: R_INDEX });
    place.field('i64.load8_u', R_SCALE);
    f.op('i64.shl', 'i64.add');
    place.field('i64.load', R_DISPLACEMENT);
    f.op('i64.add');
    const source = { field: R_OPERAND_0 };
    if (size === 8) place.load(8, source);
    else {
      place.load(size === 0 ? 1 : size, source);
      if (size === 2) f.op('i32.extend16_s');
      f.op(size === 0 ? 'i64.extend_i32_u' : 'i64.extend_i32_s');
    }
    if (size !== 0) {
      const shift = BigInt(Math.log2(size * 8));
      f.i64(shift).op('i64.shr_s').i64(BigInt(size)).op('i64.mul');
    }
    f.op('i64.add');
    place.field('i64.load', R_IMMEDIATE);
    f.op('i64.and');
  });
  place.store(8, { field: R_OPERAND_1 }, offset);
}
