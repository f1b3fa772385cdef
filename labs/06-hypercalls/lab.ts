/** Hypercalls: VMMCALL, pointers that are checked, and many calls in one exit. */
import type { Lab } from '../../src/labs/lab';
import type { GuestRun, Random, Workbench } from '../../src/labs/workbench';
import {
  BATCH,
  CONSOLE_WRITE,
  COPY,
  ENTRY_SIZE,
  INFO,
  INFO_SIZE,
  Model,
  MOST_BYTES,
  MOST_ENTRIES,
  type Call,
} from './abi';
import { callingGuest, DATA } from './guest';

const MEMORY_MB = 2;
const MEMORY_SIZE = BigInt(MEMORY_MB << 20);
const DATA_SIZE = 0x2000;
const LIMIT = 20_000_000;
const BATCHED = 48;

export const LAB: Lab = {
  id: '06-hypercalls',
  number: 6,
  title: 'Hypercalls',
  concept: 'VMMCALL ABI, checked pointers, batching',
  task: 'Answer the guest’s VMMCALLs without believing its pointers, and carry out many of them in one exit.',
  kind: 'typescript',
  file: 'hypercalls.ts',
  files: ['hypercalls.ts', 'guest.asm'],
  launch: { program: 'guest.asm', handlers: 'hypercalls.ts', memory: MEMORY_MB },
  claims: [
    { id: 'unknown', text: 'A function that does not exist returns −1, and the guest goes on', section: '15.9' },
    { id: 'console', text: 'CONSOLE_WRITE prints the guest’s bytes', section: '15.9' },
    { id: 'copy', text: 'COPY moves bytes, whether or not the buffers overlap', section: '15.9' },
    { id: 'info', text: 'INFO stores its record', section: '15.9' },
    { id: 'refused', text: 'A forged pointer gets −2, has no effect, and the guest goes on', section: '15.9' },
    { id: 'within-buffer', text: 'Nothing is written beyond the guest’s buffer', section: '15.9' },
    { id: 'batch-results', text: 'BATCH does what its entries say, errors among them', section: '15.9' },
    { id: 'batch-exits', text: 'A batch costs at most an eighth of the exits', section: '15.9' },
  ],
  hints: [
    'Write `isBuffer(vcpu, gpa, length)` first, and let every function ask it before it touches a byte. It must look at more than the ' +
      'first address.',
    '`isMemory` takes the address as a bigint with all its bits, and a count of bytes: limit the length first, then ask for the whole ' +
      'buffer. Of `INFO`’s buffer, only the bytes you are going to store must be there.',
    'For `BATCH`: check the array (40 bytes an entry, at most 64 entries), then loop: read function, RBX, RCX, RDX with `read64`, call ' +
      'the same functions as VMMCALL does but `BATCH`, `write64` the result at +32. Return the number of entries, all in this one exit.',
  ],
  starterFails: {
    claim: 'console',
    message:
      'After this step you should see CONSOLE_WRITE return −1 and nothing printed: the function is on the list, but not written.',
    actual: /^RAX = -1$/,
  },
  mutants: {
    'low-half-of-the-pointer': 'refused',
    'whole-record': 'within-buffer',
    'one-entry-at-a-time': 'batch-exits',
  },
  check(bench) {
    const { random } = bench;
    const data = Uint8Array.from({ length: DATA_SIZE }, () => random.below(256));
    const one = (claim: string, calls: readonly Call[], message: string): boolean =>
      judge(bench, claim, calls, [], data, message) !== undefined;

    const unknown = [0n, 5n, BigInt(6 + random.below(90)), 0x1_0000_0001n, 1n << 63n, -1n];
    if (
      !one(
        'unknown',
        unknown.map((code) => [code, 0n, 0n, 0n]),
        'RAX as a whole names the function.',
      )
    )
      return;
    const lines = random.shuffled([0, 1, 7, 4096, 1 + random.below(200), 1 + random.below(4095)]);
    const prints = lines.map((length): Call => [BigInt(CONSOLE_WRITE), place(random, length), BigInt(length), 0n]);
    if (!one('console', prints, 'What was printed is not what stood in the buffer.')) return;
    if (!one('copy', copies(random), 'The buffers may overlap: every byte of the source is as it was before the call.'))
      return;
    if (!one('info', infos(random, [32, 33, 4096]), 'The record is four quadwords, 32 bytes.')) return;
    if (!one('refused', forged(random), 'Every byte of every buffer must be guest memory, whatever the registers say.'))
      return;
    const rooms = random.shuffled(Array.from({ length: INFO_SIZE }, (_, n) => n));
    if (
      !one(
        'within-buffer',
        infos(random, rooms),
        'RCX says how much room there is, and it may be less than the record.',
      )
    )
      return;

    const mixed = random.shuffled([
      ...forged(random).slice(0, 10),
      ...copies(random),
      ...infos(random, [32, 5, 17, 40]),
      ...prints.slice(0, 4),
      [BigInt(BATCH), BigInt(DATA), 1n, 0n] as Call,
      [77n, 0n, 0n, 0n] as Call,
    ]);
    const batch = Array.from({ length: BATCHED }, (_, n) => mixed[n % mixed.length]!);
    const run = judge(
      bench,
      'batch-results',
      batch.filter(([code]) => code !== BigInt(BATCH)),
      batch,
      data,
      'Each entry’s result is what RAX would have been; an error ends its entry, not the batch.',
    );
    if (!run) return;
    const singly = batch.filter(([code]) => code !== BigInt(BATCH)).length;
    const exits = run.count('VMEXIT_VMMCALL') - singly;
    bench.claim('batch-exits', {
      holds: exits * 8 <= BATCHED,
      expected: `at most ${Math.floor(BATCHED / 8)} exits for ${BATCHED} entries`,
      actual: `${exits} for ${BATCHED} entries; one by one ${singly} calls took ${singly}`,
      message: 'One exit carries many calls: go on with the next entry before you return.',
      evidence: { kind: 'exit', number: lastCall(run) },
    });
  },
};

// Calls

/** A place in the data for so many bytes. */
function place(random: Random, length: number): bigint {
  return BigInt(DATA + random.below(DATA_SIZE - length + 1));
}

function copies(random: Random): Call[] {
  const calls = [0, 1, 8, 100 + random.below(1000), 4096].map((length): Call => {
    return [BigInt(COPY), place(random, length), place(random, length), BigInt(length)];
  });
  // overlapping both ways
  const at = DATA + random.below(0x1000);
  const by = 1 + random.below(64);
  const near = ([to, from]: readonly [number, number]): Call => [BigInt(COPY), BigInt(to), BigInt(from), 500n];
  return [...calls, near([at, at + by]), near([at + by, at])];
}

function infos(random: Random, rooms: readonly number[]): Call[] {
  return rooms.map((room) => [BigInt(INFO), place(random, Math.min(INFO_SIZE, room)), BigInt(room), 0n]);
}

/** Calls that must be refused, and between them neighbours that must not. */
function forged(random: Random): Call[] {
  const good = place(random, 64);
  const length = BigInt(2 + random.below(INFO_SIZE - 1));
  const bad = [
    [MEMORY_SIZE, 1n],
    [MEMORY_SIZE - length + 1n, length],
    [2n ** 64n - length / 2n - 1n, length],
    [good + 2n ** 32n * BigInt(1 + random.below(1000)), length],
    [good + 2n ** 63n, length],
    [0xa_0000n - length + 1n, length],
    [0xf_ffffn, length],
    [0xa_0000n + BigInt(random.below(0x5_f000)), length],
    [2n ** 64n - 1n, 1n],
  ] as const;
  const refusals = bad.flatMap(([gpa, bytes]): Call[] => [
    [BigInt(CONSOLE_WRITE), gpa, bytes, 0n],
    [BigInt(COPY), good, gpa, bytes],
    [BigInt(COPY), gpa, good, bytes],
    [BigInt(INFO), gpa, bytes, 0n],
  ]);
  const far: Call[] = [
    [BigInt(BATCH), MEMORY_SIZE - BigInt(ENTRY_SIZE) + 1n, 1n, 0n],
    [BigInt(BATCH), good + 2n ** 32n, 1n, 0n],
    [BigInt(BATCH), good, MOST_ENTRIES + 1n, 0n],
    [BigInt(CONSOLE_WRITE), good, MOST_BYTES + 1n, 0n],
    [BigInt(COPY), good, good, 2n ** 63n],
  ];
  const edges: Call[] = [
    [BigInt(CONSOLE_WRITE), MEMORY_SIZE - length, length, 0n],
    [BigInt(CONSOLE_WRITE), 0xa_0000n - length, length, 0n],
  ];
  return random.shuffled([...refusals, ...far, ...edges]);
}

// What became of them

/** Runs calls one by one and in batches, and compares results, console and memory with the model; the run, if all is well. */
function judge(
  bench: Workbench,
  claim: string,
  calls: readonly Call[],
  batch: readonly Call[],
  data: Uint8Array,
  message: string,
): GuestRun | undefined {
  const run = bench.runGuests({
    guests: [{ source: callingGuest(calls, batch, data), memoryMb: MEMORY_MB }],
    limit: LIMIT,
  });
  const fail = (expected: string, actual: string, number?: number): undefined => {
    bench.claim(claim, {
      holds: false,
      expected,
      actual,
      message,
      evidence: number === undefined ? undefined : { kind: 'exit', number },
    });
  };
  const exits = run.exits.filter(({ name }) => name === 'VMEXIT_VMMCALL');
  if (run.ending.kind !== 'halted') return fail('the guest goes on to its HLT', run.ending.text, exits.at(-1)?.number);
  if (exits.length < calls.length) return fail(`${calls.length} VMEXIT_VMMCALL`, `${exits.length}`);

  const [guest] = run.guests;
  const model = new Model(BigInt(DATA), data.slice(), MEMORY_SIZE);
  const results = quads(guest!.memory(Number(guest!.symbol('results')), calls.length * 8));
  for (const [n, call] of calls.entries()) {
    const wanted = expectedOf(model, call);
    if (results[n] !== wanted)
      return fail(`RAX = ${wanted} after ${words(call)}`, `RAX = ${results[n]}`, exits[n]!.number);
  }
  if (batch.length > 0) {
    const left = quads(guest!.memory(Number(guest!.symbol('answer')), 16));
    const last = exits.at(-1)!.number;
    if (left[1] !== 0n)
      return fail(`BATCH returns how many entries are done`, `RAX = ${left[0]}, ${left[1]} left`, last);
    const entries = quads(guest!.memory(Number(guest!.symbol('entries')), batch.length * ENTRY_SIZE));
    for (const [n, call] of batch.entries()) {
      const wanted = model.call(call);
      const result = entries[n * 5 + 4];
      if (result !== wanted) return fail(`result ${wanted} of entry ${n}, ${words(call)}`, `${result}`, last);
    }
  }
  const printed = firstDifference(guest!.console, Uint8Array.from(model.console));
  if (printed >= 0) {
    return fail(
      `${model.console.length} bytes on the console`,
      guest!.console.length === model.console.length ? `byte ${printed} differs` : `${guest!.console.length}`,
    );
  }
  const written = firstDifference(guest!.memory(DATA, DATA_SIZE), model.bytes);
  if (written >= 0) {
    return fail(
      `${byteHex(model.bytes[written]!)} at GPA ${hex(BigInt(DATA + written))}`,
      byteHex(guest!.memory(DATA + written, 1)[0]!),
    );
  }
  bench.claim(claim, { holds: true, actual: `${calls.length + batch.length} calls` });
  return run;
}

/** One by one, a batch is refused or not carried out by the model at all. */
function expectedOf(model: Model, call: Call): bigint {
  const [code, , count] = call;
  if (code === BigInt(BATCH)) return count > MOST_ENTRIES ? -3n : -2n;
  return model.call(call);
}

function lastCall({ exits }: GuestRun): number {
  return exits.filter(({ name }) => name === 'VMEXIT_VMMCALL').at(-1)!.number;
}

function quads(bytes: Uint8Array): bigint[] {
  return [...new BigInt64Array(Uint8Array.from(bytes).buffer)];
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.length, b.length);
  for (let n = 0; n < length; n++) if (a[n] !== b[n]) return n;
  return -1;
}

const NAMES: Readonly<Record<string, string>> = { 1: 'CONSOLE_WRITE', 2: 'COPY', 3: 'INFO', 4: 'BATCH' };

function words([code, a, b, c]: Call): string {
  const name = NAMES[String(code)] ?? `function ${hex(code)}`;
  return `${name}(${[a, b, ...(code === BigInt(COPY) ? [c] : [])].map((value) => hex(value)).join(', ')})`;
}

function hex(value: bigint): string {
  return `${BigInt.asUintN(64, value).toString(16).toUpperCase()}h`;
}
function byteHex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`;
}
