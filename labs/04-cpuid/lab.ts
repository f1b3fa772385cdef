/** CPUID: trap and emulate, and where the next instruction is. */
import { CPUID_FEATURES, SVM_LEAF } from '../../src/engine/arch/cpuid';
import { GPR64, RAX, RBX, RCX, RDX } from '../../src/engine/arch/registers';
import type { Finding } from '../../src/labs/finding';
import type { Lab } from '../../src/labs/lab';
import type { ExitFact, GuestRun, ProcessorModel, Workbench } from '../../src/labs/workbench';
import { askingGuest, askingProcessor, query, somePrefixes, type Query } from './guest';

const FILE = 'cpuid.ts';
const MEMORY_MB = 2;
/** Of virtual time; a question takes some 2,000. */
const LIMIT = 1_000_000;

const FEATURES_LEAF = 1;
/** It has subfunctions. */
const STRUCTURED_FEATURES_LEAF = 7;
const EXTENDED_FEATURES_LEAF = 0x8000_0001;
const VENDOR_LEAF = 0x4000_0000;
const VENDOR = 'MyFirstHyper';

/** Processors that tell nRIP; the one that does not. */
const WITH_NRIPS: readonly ProcessorModel[] = ['bulldozer', 'zen1', 'zen3'];
const WITHOUT_NRIPS: ProcessorModel = 'barcelona';

export const LAB: Lab = {
  id: '04-cpuid',
  number: 4,
  title: 'CPUID',
  concept: 'trap and emulate, nRIP',
  task: 'Answer the guest’s CPUID: hide SVM, show a hypervisor, and let the guest go on at the right byte.',
  kind: 'typescript',
  file: FILE,
  files: [FILE, 'guest.asm'],
  launch: { program: 'guest.asm', handlers: FILE, memory: MEMORY_MB },
  claims: [
    { id: 'one-exit', text: 'Each CPUID of the guest is one #VMEXIT, and the guest goes on', section: '15.9' },
    { id: 'answers', text: 'Ordinary functions answer as the processor does', section: '3:E.2' },
    { id: 'upper-halves', text: 'Bits 63:32 of RAX, RBX, RCX and RDX are zero', section: '3:E.1' },
    { id: 'svm-hidden', text: 'The guest finds no SVM', section: '3:E.4.9' },
    { id: 'hypervisor-bit', text: 'The guest finds that it has a hypervisor', section: '3:E.3.2' },
    { id: 'vendor', text: 'Function 4000_0000h spells the hypervisor’s name', section: '3:E.2' },
    { id: 'nothing-else', text: 'Nothing else of the guest changes', section: '3:E.1' },
    { id: 'next-rip', text: 'RIP moves by the length of the instruction, prefixes and all', section: '15.7.1' },
    { id: 'no-nrips', text: 'It does so on a processor that does not tell nRIP', section: '15.7.1' },
  ],
  hints: [
    'resume() enters the guest where it stands, and it stands on the CPUID. advance() enters it behind the instruction. Before that, ask ' +
      'host.cpuid the same question the guest asked, and put the four answers into the guest’s registers.',
    'Change the answers of four functions before you hand them out: 1, 8000_0001h, 8000_000Ah and 4000_0000h; CPUID.SVM.mask and ' +
      'CPUID.HYPERVISOR.mask are the bits. vcpu.eax = … clears bits 63:32 of RAX, as the instruction does. Where vmcb.nRip is 0, the ' +
      'processor did not say how long the instruction is: its bytes are at RIP.',
    'switch (leaf) { case 0x1: ecx |= CPUID.HYPERVISOR.mask; break; case 0x8000_0001: ecx &= ~CPUID.SVM.mask; break; … }, then the four ' +
      'registers. The length: start with 2 and add 1 for every byte before the 0Fh, reading vcpu.guest.read8(vcpu.rip), then the next. ' +
      'Return vcpu.vmcb.nRip === 0n ? advance(length) : advance().',
  ],
  starterFails: {
    claim: 'one-exit',
    message:
      'After this step you should see the same VMEXIT_CPUID again and again, at the same RIP: the guest is resumed, and executes its CPUID once more.',
    actual: /where it was$/,
  },
  mutants: {
    'upper-halves-left': 'upper-halves',
    'svm-leaf-left': 'svm-hidden',
    'two-bytes-always': 'next-rip',
  },
  check(bench) {
    const { random } = bench;
    const model = random.pick(WITH_NRIPS);
    const plain = questions(bench);
    const asked = ask(bench, 'one-exit', plain, model);
    if (!asked) return;
    bench.claim('one-exit', { holds: true, actual: `${plain.length} exits for ${plain.length} CPUIDs` });
    judgeAnswers(bench, asked);
    if (['answers', 'upper-halves', 'svm-hidden', 'hypervisor-bit', 'vendor'].some((id) => bench.failed(id))) return;
    judgeTheRest(bench, asked);
    if (bench.failed('nothing-else')) return;

    const lengths = random.shuffled(Array.from({ length: 14 }, (_, n) => n));
    const longer = lengths.map((length) => query(random, random.pick(plain).leaf, somePrefixes(random, length)));
    if (!ask(bench, 'next-rip', longer, model)) return;
    bench.claim('next-rip', { holds: true, actual: `${longer.length} instructions of 2 to 15 bytes` });
    if (!ask(bench, 'no-nrips', random.shuffled(longer), WITHOUT_NRIPS)) return;
    bench.claim('no-nrips', { holds: true, actual: `${longer.length} instructions on the model of family 10h` });
  },
};

/** Every function the lab is about, those around them, and some that do not exist. */
function questions({ random }: Workbench): Query[] {
  const leaves = [
    ...[0, FEATURES_LEAF, 5, 0xd, 0x8000_0000, EXTENDED_FEATURES_LEAF, SVM_LEAF, VENDOR_LEAF],
    ...[0x8000_0002, 0x8000_0003, 0x8000_0004, 0x8000_0007, 0x8000_0008],
    ...[FEATURES_LEAF, EXTENDED_FEATURES_LEAF, SVM_LEAF, VENDOR_LEAF],
    ...Array.from({ length: 4 }, () => random.below(0x3fff_ffff)),
    ...Array.from({ length: 4 }, () => 0x8000_0000 + random.below(0x30)),
  ];
  const asked = leaves.map((leaf) => query(random, leaf));
  const structured = [0, 1].map((subleaf) => ({ ...query(random, STRUCTURED_FEATURES_LEAF), subleaf }));
  return random.shuffled([...asked, ...structured]);
}

/** One CPUID and what became of it. */
interface Asked {
  readonly query: Query;
  readonly exit: ExitFact;
  /** What the processor itself answers: EAX, EBX, ECX, EDX. */
  readonly own: readonly number[];
}

/** Runs a guest that asks; undefined, with the claim settled, if it does not get from each CPUID to the next. */
function ask(bench: Workbench, claim: string, queries: readonly Query[], model: ProcessorModel): Asked[] | undefined {
  const exits: ExitFact[] = [];
  let wrong: Finding | undefined;
  const run = bench.runGuests({
    guests: [{ source: askingGuest(queries), memoryMb: MEMORY_MB }],
    model,
    limit: LIMIT,
    afterExit: (exit, { guests: [guest] }) => {
      if (exit.name !== 'VMEXIT_CPUID') return true;
      const wanted = guest!.symbol(`e${exits.length}`);
      exits.push(exit);
      if (exit.outcome === 'stop') return false;
      if (exit.after('rip') !== wanted) wrong = strayed(claim, exit, wanted);
      return wrong === undefined;
    },
  });
  wrong ??= unfinished(run, queries.length, exits.length);
  if (wrong) {
    bench.claim(claim, wrong);
    return undefined;
  }
  const own = answersOf(bench, queries, model);
  return queries.map((one, n) => ({ query: one, exit: exits[n]!, own: own[n]! }));
}

function strayed(claim: string, exit: ExitFact, wanted: bigint): Finding {
  const [from, to] = [exit.before('rip'), exit.after('rip')];
  const length = wanted - from;
  return {
    holds: false,
    expected: `RIP = ${hex(wanted)} after the CPUID at ${hex(from)}, which has ${length} bytes`,
    actual: `RIP = ${hex(to)}${to === from ? ', where it was' : ''}`,
    message:
      to === from
        ? 'The guest is entered at the CPUID it has just left: it will exit again.'
        : claim === 'no-nrips'
          ? 'nRIP is 0 here: the handler must look at the bytes of the instruction.'
          : 'The guest goes on in the middle of an instruction: how long was this one?',
    evidence: { kind: 'exit', number: exit.number },
  };
}

function unfinished({ ending, exits }: GuestRun, wanted: number, got: number): Finding | undefined {
  const last = exits.at(-1);
  const evidence: Finding['evidence'] = last && { kind: 'exit', number: last.number };
  if (ending.kind === 'halted' && got === wanted) return undefined;
  if (ending.kind === 'handler-error') return { holds: false, expected: 'an answer', actual: ending.text, evidence };
  return {
    holds: false,
    expected: `the guest executes ${wanted} CPUIDs, each is a VMEXIT_CPUID, and then it halts`,
    actual: `${got} VMEXIT_CPUID; ${ending.text}`,
    message: 'CPUID must stay intercepted, and the guest must be able to go on.',
    evidence,
  };
}

/** The processor is asked itself, in host mode. */
function answersOf(bench: Workbench, queries: readonly Query[], model: ProcessorModel): number[][] {
  const run = bench.runBare({ source: askingProcessor(queries), model, limit: LIMIT, memoryMb: MEMORY_MB });
  const bytes = run.memory(Number(run.symbol('answers')), queries.length * 16);
  const words = new Uint32Array(Uint8Array.from(bytes).buffer);
  return queries.map((_, n) => [...words.subarray(n * 4, n * 4 + 4)]);
}

const ANSWER_REGISTERS = [RAX, RBX, RCX, RDX] as const;

/** What the guest must be told: EAX, EBX, ECX, EDX. */
function promised({ query: { leaf }, own }: Asked): readonly number[] {
  const [eax = 0, ebx = 0, ecx = 0, edx = 0] = own;
  switch (leaf) {
    case FEATURES_LEAF:
      return [eax, ebx, (ecx | (1 << CPUID_FEATURES.HYPERVISOR.bit)) >>> 0, edx];
    case EXTENDED_FEATURES_LEAF:
      return [eax, ebx, (ecx & ~(1 << CPUID_FEATURES.SVM.bit)) >>> 0, edx];
    case SVM_LEAF:
      return [0, 0, 0, 0];
    case VENDOR_LEAF:
      return [VENDOR_LEAF, ...[0, 4, 8].map((at) => letters(VENDOR, at))];
    default:
      return own;
  }
}

function letters(text: string, at: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) value |= text.charCodeAt(at + n) << (8 * n);
  return value >>> 0;
}

/** Which claim an answer is of, and what to say if it is wrong. */
function claimOf(leaf: number): { readonly id: string; readonly message: string } {
  switch (leaf) {
    case FEATURES_LEAF:
      return { id: 'hypervisor-bit', message: 'Bit 31 of ECX says it; all else is as the processor has it.' };
    case EXTENDED_FEATURES_LEAF:
      return { id: 'svm-hidden', message: 'A guest that finds the bit will set EFER.SVME.' };
    case SVM_LEAF:
      return { id: 'svm-hidden', message: 'The bit is one thing, the function that describes SVM another.' };
    case VENDOR_LEAF:
      return { id: 'vendor', message: 'EBX, ECX and EDX have four letters each, the first in bits 7:0.' };
    default:
      return { id: 'answers', message: 'ECX counts too: it is the subfunction.' };
  }
}

function judgeAnswers(bench: Workbench, asked: readonly Asked[]): void {
  for (const one of asked) {
    const { exit, query: put } = one;
    const { id, message } = claimOf(put.leaf);
    const evidence: Finding['evidence'] = { kind: 'exit', number: exit.number };
    const after = ANSWER_REGISTERS.map((register) => exit.gprAfter(register));
    const question = `CPUID ${hex(BigInt(put.leaf))}${put.subleaf === 0 ? '' : `, ECX ${hex(BigInt(put.subleaf))}`}`;
    for (const [n, wanted] of promised(one).entries()) {
      const name = GPR64[ANSWER_REGISTERS[n]!];
      const [low, high] = [Number(after[n]! & 0xffff_ffffn), after[n]! >> 32n];
      if (low !== wanted) {
        const register = name.replace('r', 'e').toUpperCase();
        bench.claim(id, {
          holds: false,
          expected: `${register} = ${hex(BigInt(wanted))} after ${question}`,
          actual: `${register} = ${hex(BigInt(low))}`,
          message,
          evidence,
        });
      } else if (high !== 0n) {
        bench.claim('upper-halves', {
          holds: false,
          expected: `${name.toUpperCase()} = ${hex(BigInt(wanted))} after ${question}`,
          actual: `${name.toUpperCase()} = ${hex(after[n]!)}`,
          message: 'CPUID writes 32-bit registers, and in 64-bit mode that clears the other half.',
          evidence,
        });
      }
    }
  }
  const asks = (leaf: number): string => `${asked.filter(({ query: put }) => put.leaf === leaf).length} times`;
  for (const [id, actual] of [
    ['answers', `${asked.filter(({ query: put }) => claimOf(put.leaf).id === 'answers').length} functions`],
    ['upper-halves', `${asked.length * 4} registers`],
    ['svm-hidden', '8000_0001h and 8000_000Ah'],
    ['hypervisor-bit', asks(FEATURES_LEAF)],
    ['vendor', VENDOR],
  ] as const) {
    if (!bench.failed(id)) bench.claim(id, { holds: true, actual });
  }
}

/** Registers and flags CPUID does not write, and events nobody asked for. */
function judgeTheRest(bench: Workbench, asked: readonly Asked[]): void {
  for (const { exit } of asked) {
    const fail = (what: string, before: bigint, after: bigint): void =>
      bench.claim('nothing-else', {
        holds: false,
        expected: `${what} = ${hex(before)}`,
        actual: `${what} = ${hex(after)}`,
        message: 'CPUID writes four registers and RIP.',
        evidence: { kind: 'exit', number: exit.number },
      });
    for (const [n, name] of GPR64.entries()) {
      if ((ANSWER_REGISTERS as readonly number[]).includes(n)) continue;
      if (exit.gprBefore(n) !== exit.gprAfter(n)) fail(name.toUpperCase(), exit.gprBefore(n), exit.gprAfter(n));
    }
    for (const field of ['rflags', 'cr0', 'cr3', 'cr4', 'efer', 'eventInj'] as const) {
      if (exit.before(field) !== exit.after(field)) fail(field, exit.before(field), exit.after(field));
    }
  }
  if (!bench.failed('nothing-else')) bench.claim('nothing-else', { holds: true, actual: `${asked.length} exits` });
}

function hex(value: bigint): string {
  const digits = value.toString(16).toUpperCase();
  return `${digits.replace(/(?<=.)(?=(.{4})+$)/g, '_')}h`;
}
