/** EXITCODE, EXITINFO1 and EXITINFO2 in words: a few for a row of the log, a sentence for a headline. */
import { PAGE_FAULT_ERROR } from '../../src/engine/arch/exceptions';
import { CR_INFO, IOIO_INFO, NPF_INFO, exitName } from '../../src/engine/arch/exit-codes';
import { MSRS } from '../../src/engine/arch/msr';
import { GPR64, RFLAGS_IF, SEGMENT_REGISTERS } from '../../src/engine/arch/registers';
import { isSet, reader } from './bits';
import { exceptionName, exceptionVector, exitCodeText, exitFullName } from './exit-names';
import { hForm } from './numbers';
import type { Phrase } from './phrase';
import { portDevice, portName } from './ports';

/** An exit and the guest's registers right after it. */
export interface ExitFacts {
  /** Signed, as in EXIT_CODES. */
  readonly code: number;
  readonly info1: bigint;
  readonly info2: bigint;
  readonly rax: bigint;
  readonly rcx: bigint;
  readonly rdx: bigint;
  /** Where it is known. */
  readonly rflags?: bigint;
}

export interface IoAccess {
  readonly port: number;
  readonly input: boolean;
  /** 8, 16 or 32. */
  readonly width: number;
  readonly string: boolean;
  readonly rep: boolean;
  /** 16, 32 or 64. */
  readonly addressSize: number;
  /** Segment of a string instruction's memory operand. */
  readonly segment: string;
  /** The value an OUT wrote; undefined for IN and for string instructions. */
  readonly value: bigint | undefined;
}

/** EXITINFO1 of VMEXIT_IOIO. §15.10.2 */
export function ioAccess(info1: bigint, rax: bigint): IoAccess {
  const field = reader(IOIO_INFO, info1);
  const width = field('SZ32') ? 32 : field('SZ16') ? 16 : 8;
  const input = field('TYPE') === 1;
  const string = field('STR') === 1;
  return {
    port: field('PORT'),
    input,
    width,
    string,
    rep: field('REP') === 1,
    addressSize: field('A64') ? 64 : field('A32') ? 32 : 16,
    segment: (SEGMENT_REGISTERS[field('SEG')] ?? '?').toUpperCase(),
    value: input || string ? undefined : BigInt.asUintN(width, rax),
  };
}

export interface NestedFault {
  readonly gpa: bigint;
  readonly access: 'read' | 'write' | 'instruction fetch' | 'page-table walk';
  readonly reason: 'not mapped' | 'not allowed' | 'reserved bit set';
}

/** EXITINFO1 and EXITINFO2 of VMEXIT_NPF. §15.25.6 */
export function nestedFault(info1: bigint, info2: bigint): NestedFault {
  const field = reader(NPF_INFO, info1);
  const access = field('GPT') ? 'page-table walk' : field('ID') ? 'instruction fetch' : field('RW') ? 'write' : 'read';
  const reason = field('RSV') ? 'reserved bit set' : field('P') ? 'not allowed' : 'not mapped';
  return { gpa: info2, access, reason };
}

/** Name of an MSR, if the manual gives one. */
export function msrName(number: number): string | undefined {
  return Object.values(MSRS).find((row) => row.number === number)?.name;
}

const VERB = { read: 'read', write: 'write', 'instruction fetch': 'fetch', 'page-table walk': 'table walk' } as const;
const LOW = 0xffff_ffffn;

/** A printable byte as a character in quotes. */
export function character(value: bigint): string | undefined {
  return value >= 0x20n && value < 0x7fn ? `'${String.fromCharCode(Number(value))}'` : undefined;
}

function pageFaultWords(info1: bigint): string {
  const set = (name: string) => PAGE_FAULT_ERROR.some((row) => row.name === name && isSet(info1, row.bit));
  const access = set('ID') ? 'fetch' : set('RW') ? 'write' : 'read';
  return `${set('US') ? 'user' : 'supervisor'} ${access}, ${set('RSV') ? 'reserved bit' : set('P') ? 'not allowed' : 'not present'}`;
}

/** `RAX` for the register number in EXITINFO1 of MOV CR and MOV DR. §15.8.1 */
export function moveRegister(info1: bigint): string {
  return (GPR64[Number(info1 & 15n)] ?? '?').toUpperCase();
}

/** What a row of the exit log says beside the name. */
export function exitDetail({ code, info1, info2, rax, rcx, rdx }: ExitFacts): Phrase {
  const name = exitName(code);
  switch (name) {
    case 'VMEXIT_IOIO': {
      const io = ioAccess(info1, rax);
      const word = `${io.rep ? 'REP ' : ''}${io.input ? 'IN' : 'OUT'}${io.string ? 'S' : ''} ${hForm(io.port)} ${io.width}-bit `;
      if (io.value === undefined) return [word, { quiet: portName(io.port) ?? '' }];
      const shown = io.width === 8 ? character(io.value) : undefined;
      return [word, shown ? { mono: shown } : { hex: io.value }];
    }
    case 'VMEXIT_NPF': {
      const fault = nestedFault(info1, info2);
      return [`${VERB[fault.access]}, GPA `, { hex: fault.gpa }, ` ${fault.reason}`];
    }
    case 'VMEXIT_EXCP_PF':
      return [{ hex: info2 }, ` ${pageFaultWords(info1)}`];
    case 'VMEXIT_CPUID':
      return ['leaf ', { mono: hForm(rax & LOW, (rax & LOW) > 0xffffn ? 8 : 1) }, ...subleaf(rcx)];
    case 'VMEXIT_MSR': {
      const number = Number(rcx & LOW);
      const words = `${isSet(info1, 0) ? 'WRMSR' : 'RDMSR'} ${hForm(number)} ${msrName(number) ?? ''}`;
      return isSet(info1, 0) ? [`${words} = `, { hex: ((rdx & LOW) << 32n) | (rax & LOW) }] : [words];
    }
    case 'VMEXIT_VMMCALL':
      return ['RAX ', { hex: rax }];
    case 'VMEXIT_INVLPG':
      return [{ hex: info1 }];
    case 'VMEXIT_HLT':
      return ['waits for an interrupt'];
    case 'VMEXIT_INTR':
      return ['physical interrupt pending'];
    case 'VMEXIT_VINTR':
      return ['ready to take the virtual interrupt'];
    case 'VMEXIT_SHUTDOWN':
      return ['the guest cannot go on'];
    case 'VMEXIT_INVALID':
      return ['VMRUN refused the VMCB'];
    case undefined:
      return ['EXITINFO1 ', { hex: info1 }];
  }
  if (/^VMEXIT_(CR\d+|CR0_SEL)_/.test(name)) {
    const { moved, register, value } = controlMove(info1, rax, rcx, rdx);
    const control = /CR\d+/.exec(name)?.[0] ?? '';
    if (name.endsWith('_TRAP')) return ['now ', { hex: info1 }];
    if (!moved) return [name.endsWith('READ') ? 'SMSW' : 'LMSW or CLTS'];
    if (name.endsWith('READ')) return [`MOV ${register}, ${control}`];
    return value === undefined ? [`MOV ${control}, ${register}`] : [`MOV ${control}, ${register} = `, { hex: value }];
  }
  if (/^VMEXIT_DR\d+_/.test(name)) {
    const debug = /DR\d+/.exec(name)?.[0] ?? '';
    return [name.endsWith('READ') ? `MOV ${moveRegister(info1)}, ${debug}` : `MOV ${debug}, ${moveRegister(info1)}`];
  }
  const row = exceptionVector(code) !== undefined && /_(TS|NP|SS|GP|AC|CP|VC|SX)$/.test(name);
  return row ? ['error code ', { hex: info1 & LOW }] : [];
}

function subleaf(rcx: bigint): Phrase {
  return (rcx & LOW) === 0n ? [] : [{ quiet: ', ECX ' }, { hex: rcx & LOW }];
}

interface ControlMove {
  /** By MOV CR; else by SMSW, LMSW or CLTS. */
  readonly moved: boolean;
  readonly register: string;
  /** The register's value, where it is one of those that cross with the exit. */
  readonly value: bigint | undefined;
}

function controlMove(info1: bigint, rax: bigint, rcx: bigint, rdx: bigint): ControlMove {
  const moved = reader(CR_INFO, info1)('MOV') === 1;
  return { moved, register: moveRegister(info1), value: [rax, rcx, rdx][Number(info1 & 15n)] };
}

const ACCESS_WORDS = {
  read: 'read',
  write: 'wrote',
  'instruction fetch': 'fetched an instruction from',
  'page-table walk': 'walked its page tables through',
} as const;
const REASON_WORDS = {
  'not mapped': 'which the nested tables do not map',
  'not allowed': 'which the nested tables do not allow',
  'reserved bit set': 'where a nested entry has a reserved bit set',
} as const;

const SENTENCES: Partial<Record<string, (who: string) => Phrase>> = {
  VMEXIT_HLT: (who) => [`${who} halted: it waits for an interrupt.`],
  VMEXIT_IDLE_HLT: (who) => [`${who} halted with no virtual interrupt pending.`],
  VMEXIT_PAUSE: (who) => [`${who} spins: PAUSE, and the filter count is used up.`],
  VMEXIT_INTR: (who) => [`A physical interrupt arrived while ${lower(who)} ran.`],
  VMEXIT_NMI: (who) => [`A non-maskable interrupt arrived while ${lower(who)} ran.`],
  VMEXIT_SMI: (who) => [`A system management interrupt arrived while ${lower(who)} ran.`],
  VMEXIT_INIT: (who) => [`An INIT signal arrived while ${lower(who)} ran.`],
  VMEXIT_VINTR: (who) => [`${who} can take its virtual interrupt now.`],
  VMEXIT_SHUTDOWN: (who) => [`${who} shut down: `, { bad: 'VMEXIT_SHUTDOWN' }, '. Its save area is undefined.'],
  VMEXIT_INVALID: (who) => ['VMRUN came back at once: ', { bad: 'VMEXIT_INVALID' }, `. ${who} executed nothing.`],
  VMEXIT_TASK_SWITCH: (who) => [`${who} switched tasks.`],
};

function lower(who: string): string {
  return who.charAt(0).toLowerCase() + who.slice(1);
}

/** Why the guest exited, as one would say it. `who` begins a sentence: `Guest A`. */
export function exitSentence(who: string, facts: ExitFacts): Phrase {
  const { code, info1, info2, rax, rcx, rdx } = facts;
  const name = exitName(code);
  if (name === 'VMEXIT_HLT' && facts.rflags !== undefined && (facts.rflags & BigInt(RFLAGS_IF)) === 0n)
    return [`${who} halted with interrupts off: only an NMI or a reset can wake it.`];
  const said = name && SENTENCES[name];
  if (said) return said(who);
  if (name === 'VMEXIT_IOIO') return ioSentence(who, ioAccess(info1, rax));
  if (name === 'VMEXIT_NPF') {
    const { access, gpa, reason } = nestedFault(info1, info2);
    return [`${who} ${ACCESS_WORDS[access]} GPA `, { hex: gpa }, `, ${REASON_WORDS[reason]}.`];
  }
  if (name === 'VMEXIT_CPUID') return [`${who} asked CPUID for `, ...exitDetail(facts), '.'];
  if (name === 'VMEXIT_MSR') {
    const number = Number(rcx & LOW);
    const known = msrName(number);
    const which = `MSR ${hForm(number)}${known ? ` (${known})` : ''}, and MSRPM intercepts it.`;
    if (!isSet(info1, 0)) return [`${who} read ${which}`];
    return [`${who} wrote `, { hex: ((rdx & LOW) << 32n) | (rax & LOW) }, ` to ${which}`];
  }
  if (name === 'VMEXIT_VMMCALL') return [`${who} called its hypervisor: VMMCALL with RAX `, { hex: rax }, '.'];
  if (name === 'VMEXIT_INVLPG') return [`${who} dropped the translation of `, { hex: info1 }, ': INVLPG.'];
  if (name === 'VMEXIT_EXCP_PF') return [`${who} raised #PF at `, { hex: info2 }, `: ${pageFaultWords(info1)}.`];
  const vector = exceptionVector(code);
  if (vector !== undefined) {
    const detail = exitDetail(facts);
    return [`${who} raised ${exceptionName(vector)}`, ...(detail.length > 0 ? [', ', ...detail] : []), '.'];
  }
  const register = name && /^VMEXIT_([CD]R\d+)_(READ|WRITE)(_TRAP)?$/.exec(name);
  if (register) {
    const verb = register[3] ? 'has written' : register[2] === 'READ' ? 'reads' : 'writes';
    return [`${who} ${verb} ${register[1]}: `, ...exitDetail(facts), '.'];
  }
  if (name) return [`${who} executed ${name.replace('VMEXIT_', '')}, which VMRUN was told to intercept.`];
  return [`${who} exited with `, { bad: `${exitFullName(code)}` }, ', which the manual does not name.'];
}

function ioSentence(who: string, io: IoAccess): Phrase {
  const device = portDevice(io.port);
  const port = `port ${hForm(io.port)}${device ? ` (${device})` : ''}, and IOPM intercepts that port.`;
  const unit = { 8: 'byte', 16: 'word', 32: 'doubleword' }[io.width] ?? 'value';
  if (io.string)
    return [`${who} ${io.input ? 'read' : 'wrote'} a string of ${unit}s ${io.input ? 'from' : 'to'} ${port}`];
  if (io.value === undefined) return [`${who} read a ${unit} from ${port}`];
  return [`${who} wrote `, { hex: io.value }, ` to ${port}`];
}

/** For tooltips and screen readers: name, code and section. */
export function exitTitle(code: number): string {
  return `${exitFullName(code)}, ${exitCodeText(code)}`;
}
