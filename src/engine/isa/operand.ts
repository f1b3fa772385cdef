/**
 * The words an instruction's operands are written in: the manual's own notation (APM volume 3, appendix A.1), as data.
 * A row of the opcode map lists its operands with these; decoder, assembler, emitters and tests read the same list.
 */

/** Where in the encoding (or in the machine) an operand is found. */
export type Place =
  | 'rm' // ModRM.r/m: general register or memory
  | 'rm-register' // ModRM.r/m with mod = 3 only
  | 'memory' // ModRM.r/m with mod ≠ 3 only
  | 'register' // ModRM.reg
  | 'opcode' // low three bits of the opcode
  | 'fixed' // a general register the opcode names
  | 'fixed-segment' // a segment register the opcode names
  | 'segment' // ModRM.reg as segment register
  | 'control' // ModRM.reg as control register
  | 'debug' // ModRM.reg as debug register
  | 'immediate'
  | 'one' // the constant 1 of the short shift forms
  | 'relative' // displacement to the next instruction's rIP
  | 'offset' // moffs: an address of address size in the instruction
  | 'far' // ptr16:16, ptr16:32 in the instruction
  | 'source-index' // DS:rSI, segment can be overridden
  | 'destination-index' // ES:rDI
  | 'xmm' // ModRM.reg as XMM register
  | 'xmm-rm' // ModRM.r/m: XMM register or memory
  | 'xmm-rm-register' // ModRM.r/m with mod = 3 only, as XMM register
  | 'fixed-xmm' // an XMM register the opcode names
  | 'mmx' // ModRM.reg as MMX register
  | 'mmx-rm' // ModRM.r/m: MMX register or memory
  | 'mmx-rm-register' // ModRM.r/m with mod = 3 only, as MMX register
  | 'vex' // VEX.vvvv
  | 'stack-top' // ST(0)
  | 'stack'; // ModRM.r/m as ST(i)

/**
 * Size in bytes, or a rule on the effective operand size:
 * `v` 2, 4 or 8 · `z` 2 or 4 · `y` 4 or 8 · `native` 8 in 64-bit mode, else 4 (MOV CR, MOV DR)
 * · `p` a far pointer in memory, selector after an offset of `v` size · `none` an address without an access (LEA, INVLPG).
 */
export type Width = 1 | 2 | 4 | 8 | 10 | 16 | 'v' | 'z' | 'y' | 'native' | 'p' | 'pseudo-descriptor' | 'none';

export interface OperandType {
  /** The manual's notation, `Ev`, `Gb`, `Iz` … */
  readonly name: string;
  readonly place: Place;
  readonly width: Width;
  /** Register number of a fixed register. */
  readonly register?: number;
  /** An immediate narrower than the operation is sign-extended to the operand size. */
  readonly signExtended?: true;
  /** A memory operand of 16 bytes need not lie on a multiple of 16 (volume 1, 4.8.3); else #GP(0). */
  readonly unaligned?: true;
}

const type = (name: string, place: Place, width: Width, more: Partial<OperandType> = {}): OperandType => ({
  name,
  place,
  width,
  ...more,
});

export const Eb = type('Eb', 'rm', 1);
export const Ew = type('Ew', 'rm', 2);
export const Ed = type('Ed', 'rm', 4);
export const Ev = type('Ev', 'rm', 'v');
export const Ey = type('Ey', 'rm', 'y');
export const Gb = type('Gb', 'register', 1);
export const Gw = type('Gw', 'register', 2);
export const Gv = type('Gv', 'register', 'v');
export const Gy = type('Gy', 'register', 'y');
/** A general register in VEX.vvvv. */
export const By = type('By', 'vex', 'y');
/** General register of 8 bytes in 64-bit mode, else 4. */
export const Gn = type('Gn', 'register', 'native');
export const Rv = type('Rv', 'rm-register', 'v');
export const Rn = type('Rn', 'rm-register', 'native');
export const M = type('M', 'memory', 'none');
export const Mb = type('Mb', 'memory', 1);
export const Mw = type('Mw', 'memory', 2);
export const Md = type('Md', 'memory', 4);
export const Mq = type('Mq', 'memory', 8);
export const My = type('My', 'memory', 'y');
export const Mdq = type('Mdq', 'memory', 16);
export const Mv = type('Mv', 'memory', 'v');
/** Two words of operand size, one behind the other (BOUND). */
export const Ma = type('Ma', 'memory', 'none');
export const Mp = type('Mp', 'memory', 'p');
export const Ms = type('Ms', 'memory', 'pseudo-descriptor');
export const Ib = type('Ib', 'immediate', 1);
export const Iw = type('Iw', 'immediate', 2);
/** An 8-bit immediate, sign-extended to the operand size. */
export const Is = type('Is', 'immediate', 1, { signExtended: true });
/** A 16 or 32-bit immediate, sign-extended to the operand size. */
export const Iz = type('Iz', 'immediate', 'z', { signExtended: true });
/** An immediate of the full operand size (MOV only). */
export const Iv = type('Iv', 'immediate', 'v');
export const One = type('1', 'one', 1);
export const Jb = type('Jb', 'relative', 1);
export const Jz = type('Jz', 'relative', 'z');
export const Ob = type('Ob', 'offset', 1);
export const Ov = type('Ov', 'offset', 'v');
export const Ap = type('Ap', 'far', 'p');
export const Sw = type('Sw', 'segment', 2);
export const Cn = type('Cn', 'control', 'native');
export const Dn = type('Dn', 'debug', 'native');
/** A general register in the low opcode bits. */
export const Zb = type('Zb', 'opcode', 1);
export const Zv = type('Zv', 'opcode', 'v');
export const Zy = type('Zy', 'opcode', 'y');
export const AL = type('AL', 'fixed', 1, { register: 0 });
export const CL = type('CL', 'fixed', 1, { register: 1 });
export const AX = type('AX', 'fixed', 2, { register: 0 });
export const DX = type('DX', 'fixed', 2, { register: 2 });
export const rAX = type('rAX', 'fixed', 'v', { register: 0 });
/** rAX of at most 32 bits (IN, OUT). */
export const eAX = type('eAX', 'fixed', 'z', { register: 0 });
/** rAX as an address: of address size (VMRUN, VMLOAD, VMSAVE, INVLPGA). */
export const aAX = type('aAX', 'fixed', 'native', { register: 0 });
export const ECX = type('ECX', 'fixed', 4, { register: 1 });
export const Xb = type('Xb', 'source-index', 1);
export const Xv = type('Xv', 'source-index', 'v');
export const Xz = type('Xz', 'source-index', 'z');
export const Yb = type('Yb', 'destination-index', 1);
export const Yv = type('Yv', 'destination-index', 'v');
export const Yz = type('Yz', 'destination-index', 'z');
export const segmentRegister = (name: string, register: number): OperandType =>
  type(name, 'fixed-segment', 'v', { register });
// XMM and MMX operands: V and P in ModRM.reg, W and Q in ModRM.r/m, U and N there but never memory; then the bytes that matter.
export const Vdq = type('Vdq', 'xmm', 16);
export const Vq = type('Vq', 'xmm', 8);
export const Vd = type('Vd', 'xmm', 4);
export const Wdq = type('Wdq', 'xmm-rm', 16);
/** As Wdq, on any address. */
export const Wdqu = type('Wdqu', 'xmm-rm', 16, { unaligned: true });
export const Wq = type('Wq', 'xmm-rm', 8);
export const Wd = type('Wd', 'xmm-rm', 4);
export const Ww = type('Ww', 'xmm-rm', 2);
export const Udq = type('Udq', 'xmm-rm-register', 16);
export const Uq = type('Uq', 'xmm-rm-register', 8);
export const Ud = type('Ud', 'xmm-rm-register', 4);
export const XMM0 = type('XMM0', 'fixed-xmm', 16, { register: 0 });
export const Pq = type('Pq', 'mmx', 8);
export const Pd = type('Pd', 'mmx', 4);
export const Qq = type('Qq', 'mmx-rm', 8);
export const Qd = type('Qd', 'mmx-rm', 4);
export const Nq = type('Nq', 'mmx-rm-register', 8);
/** Memory of 16 bytes, on any address. */
export const Mdqu = type('Mdqu', 'memory', 16, { unaligned: true });
/** Memory of 10 bytes: extended precision, packed decimal. */
export const Mt = type('Mt', 'memory', 10);
export const Rd = type('Rd', 'rm-register', 4);
export const Ry = type('Ry', 'rm-register', 'y');
export const Gd = type('Gd', 'register', 4);
export const ST0 = type('ST0', 'stack-top', 10);
export const STi = type('STi', 'stack', 10);
/** XLAT's byte: DS:[rBX + AL]. */
export const translateByte = type('Tb', 'source-index', 1, { register: 3 });
