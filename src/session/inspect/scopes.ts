/** Registers and VMCB as named values with their bits: what a debugger's Variables view shows. */
import { exitName } from '../../engine/arch/exit-codes';
import { CR0, CR4, DR6, DR7, EFER, GPR64, RFLAGS } from '../../engine/arch/registers';
import { INTERCEPTS } from '../../engine/arch/intercepts';
import { SEGMENT_ATTRIBUTES, VMCB_CONTROL, VMCB_SAVE } from '../../engine/arch/vmcb';
import type { VmcbField, VmcbRow } from '../../engine/arch/vmcb';
import { Vmcb } from '../../engine/state/vmcb';
import type { VmcbScalar } from '../../engine/state/vmcb';
import type { Guest } from '../guests';
import type { Lab, World } from '../lab';
import { hexWords } from '../number-words';
import type { Program } from '../program';
import { CONTROL_REGISTERS, DEBUG_REGISTERS, modeOf, SEGMENT_NAMES } from '../registers';
import type { Registers } from '../registers';

/** A value with a name. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
  /** What it is, for a tool tip. */
  readonly meaning?: string;
  /** The expression that gives it. */
  readonly expression?: string;
  /** A virtual address it may be. */
  readonly address?: bigint;
  readonly parts?: readonly NamedValue[];
}

export const SCOPE_NAMES = ['General', 'Control', 'Segments', 'VMCB control', 'VMCB save'] as const;
export type ScopeName = (typeof SCOPE_NAMES)[number];

/** All digits of so many bytes. */
function hex(value: bigint, bytes: number): string {
  return hexWords(value, bytes * 2);
}

interface BitRow {
  readonly name: string;
  readonly bit: number;
  readonly meaning: string;
}

/** `settable`: each bit is known to expressions by its name. */
function bitParts(value: bigint, rows: readonly BitRow[], settable = false): NamedValue[] {
  return rows.map(({ name, bit, meaning }) => ({
    name,
    value: String((value >> BigInt(bit)) & 1n),
    meaning,
    expression: settable ? name.toLowerCase() : undefined,
  }));
}

/** The hexadecimal value and the names of the bits that are 1. */
function withBits(value: bigint, bytes: number, rows: readonly BitRow[]): string {
  const set = rows.filter(({ bit }) => (value >> BigInt(bit)) & 1n).map(({ name }) => name);
  return set.length === 0 ? hex(value, bytes) : `${hex(value, bytes)} ${set.reverse().join(' ')}`;
}

/** The guest whose VMCB belongs to a world: itself, or for the host the one it works for. */
export function vmcbGuest(lab: Lab, world: World): Guest | undefined {
  return world === 'host' ? lab.target.watch.current : world;
}

export function scopesOf(lab: Lab, world: World): readonly ScopeName[] {
  return vmcbGuest(lab, world) ? SCOPE_NAMES : SCOPE_NAMES.slice(0, 3);
}

export function scopeValues(lab: Lab, world: World, scope: ScopeName): readonly NamedValue[] {
  const registers = lab.registers(world);
  switch (scope) {
    case 'General':
      return general(lab.programOf(world), registers);
    case 'Control':
      return control(registers);
    case 'Segments':
      return segments(registers);
    case 'VMCB control':
      return vmcbValues(lab, vmcbGuest(lab, world), VMCB_CONTROL);
    case 'VMCB save':
      return vmcbValues(lab, vmcbGuest(lab, world), VMCB_SAVE);
  }
}

function general(program: Program, r: Registers): NamedValue[] {
  const place = (address: bigint): string => {
    const name = program.place(address);
    return name === '' ? '' : ` ${name}`;
  };
  const order = [0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15];
  return [
    { name: 'RIP', value: hex(r.rip, 8) + place(r.rip), expression: 'rip', address: r.rip },
    ...order.map((n) => {
      const value = r.gpr(n);
      const name = GPR64[n]!;
      return { name: name.toUpperCase(), value: hex(value, 8), expression: name, address: value };
    }),
    {
      name: 'RFLAGS',
      value: withBits(
        BigInt(r.rflags),
        4,
        RFLAGS.filter(({ name }) => name !== 'IOPL'),
      ),
      expression: 'rflags',
      parts: [
        ...bitParts(
          BigInt(r.rflags),
          RFLAGS.filter(({ name }) => name !== 'IOPL'),
          true,
        ),
        { name: 'IOPL', value: String((r.rflags >>> 12) & 3), meaning: 'privilege needed for I/O' },
      ],
    },
    { name: 'CPL', value: String(r.cpl), expression: 'cpl' },
    { name: 'mode', value: modeOf(r) },
  ];
}

function control(r: Registers): NamedValue[] {
  const bits: Readonly<Record<string, readonly BitRow[]>> = { CR0, CR4 };
  const register = (name: string, value: bigint, rows: readonly BitRow[] | undefined): NamedValue => ({
    name,
    value: rows ? withBits(value, 8, rows) : hex(value, 8),
    expression: name.toLowerCase(),
    parts: rows && bitParts(value, rows),
  });
  return [
    ...CONTROL_REGISTERS.map((n) => register(`CR${n}`, r.cr(n), bits[`CR${n}`])),
    register('EFER', r.efer, EFER),
    ...DEBUG_REGISTERS.map((n) => register(`DR${n}`, r.dr(n), n === 6 ? DR6 : n === 7 ? DR7_FLAGS : undefined)),
  ];
}

/** DR7 without its fields of two bits. */
const DR7_FLAGS: readonly BitRow[] = DR7.filter(({ bit }) => bit < 16);

function segments(r: Registers): NamedValue[] {
  const rows = SEGMENT_NAMES.map((name, index): NamedValue => {
    const { selector, attributes, limit, base } = r.segment(index);
    return {
      name,
      value: `${hex(BigInt(selector), 2)} base ${hex(base, 8)} limit ${hex(BigInt(limit), 4)}`,
      expression: name.toLowerCase(),
      address: base,
      parts: [
        { name: 'selector', value: hex(BigInt(selector), 2), expression: name.toLowerCase() },
        { name: 'base', value: hex(base, 8), address: base },
        { name: 'limit', value: hex(BigInt(limit), 4) },
        {
          name: 'attributes',
          value: hex(BigInt(attributes), 2),
          parts: fields(BigInt(attributes), SEGMENT_ATTRIBUTES),
        },
      ],
    };
  });
  const table = (name: 'GDTR' | 'IDTR', { base, limit }: { base: bigint; limit: number }): NamedValue => ({
    name,
    value: `base ${hex(base, 8)} limit ${hex(BigInt(limit), 2)}`,
    expression: name.toLowerCase(),
    address: base,
  });
  return [...rows, table('GDTR', r.gdtr), table('IDTR', r.idtr)];
}

interface FieldRow {
  readonly name: string;
  readonly hi: number;
  readonly lo: number;
  readonly meaning: string;
}

function fields(value: bigint, rows: readonly FieldRow[]): NamedValue[] {
  return rows.map(({ name, hi, lo, meaning }) => {
    const part = (value >> BigInt(lo)) & ((1n << BigInt(hi - lo + 1)) - 1n);
    return { name, value: hi === lo ? String(part) : hexWords(part), meaning };
  });
}

function vmcbValues(lab: Lab, guest: Guest | undefined, rows: Readonly<Record<string, VmcbRow>>): NamedValue[] {
  if (!guest) return [];
  const vmcb = new Vmcb(lab.machine.ram, guest.vmcb);
  return Object.entries(rows).map(([key, row]) => vmcbValue(vmcb, key as VmcbField, row));
}

function vmcbValue(vmcb: Vmcb, key: VmcbField, row: VmcbRow): NamedValue {
  if (row.size > 8 || ![1, 2, 4, 8].includes(row.size)) {
    const bytes = [...vmcb.bytes(key)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
    return {
      name: row.name,
      value: bytes.length > 32 ? `${bytes.slice(0, 32).join(' ')} …` : bytes.join(' '),
      meaning: row.meaning,
    };
  }
  const value = vmcb.big(key as VmcbScalar);
  const words = key === 'exitCode' ? (exitName(Number(BigInt.asIntN(64, value))) ?? '') : '';
  const intercepts = interceptParts(key, value);
  return {
    name: row.name,
    value: words ? `${hex(value, row.size)} ${words}` : hex(value, row.size),
    meaning: `${row.meaning} (§${row.section})`,
    expression: `vmcb.${row.name}`,
    parts: intercepts ?? (row.bits && fields(value, row.bits)),
  };
}

/** The two words of single intercepts, bit by bit. */
function interceptParts(key: VmcbField, value: bigint): NamedValue[] | undefined {
  const vector = ({ interceptMisc1: 3, interceptMisc2: 4, interceptMisc3: 5 } as Record<string, number>)[key];
  if (vector === undefined) return undefined;
  return Object.entries(INTERCEPTS)
    .filter(([, row]) => row.vector === vector)
    .map(([name, row]) => ({ name, value: String((value >> BigInt(row.bit)) & 1n) }));
}
