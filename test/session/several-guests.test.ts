/** A lab with several guests: options, a program each, breakpoints in whose code they stand, shares, ends. */
import assert from 'node:assert/strict';
import { openLab } from '../../src/session/launch';
import { LaunchError, readLaunchOptions } from '../../src/session/launch-options';
import type { LaunchOptions, LaunchWords } from '../../src/session/launch-options';
import type { Lab } from '../../src/session/lab';
import { codeAddress } from '../../src/session/registers';
import { Runner } from '../../src/session/runner';
import { stopWords } from '../../src/session/stop';

const FILES: Readonly<Record<string, string>> = {
  'a.asm': `bits 64
org 0x100000
first:  mov r10d, 3
.again: mov ecx, 300000
.spin:  dec ecx
        jnz .spin
        dec r10d
        jnz .again
here:   cli
        hlt
`,
  'b.asm': `bits 64
org 0x100000
other:  mov r10d, 7
        mov ecx, 400000
spin:   dec ecx
        jnz spin
there:  mov al, 5
        out 0xf4, al
`,
  'real.asm': `bits 16
org 0x7c00
begin:  mov cx, 40000
around: loop around
        cli
        hlt
`,
  'nothing.asm': 'bits 64\n',
};

async function read(path: string): Promise<Uint8Array> {
  const text = FILES[path];
  if (text === undefined) throw new Error('no such file');
  return new TextEncoder().encode(text);
}

async function open(options: LaunchOptions): Promise<{ lab: Lab; runner: Runner; said: string[] }> {
  const lab = await openLab({ memory: 4, ...options }, read);
  const said: string[] = [];
  lab.ears = { console: () => undefined, say: (text) => said.push(text) };
  return { lab, runner: new Runner(lab, { interactive: false }), said };
}

const BOTH: LaunchOptions = { guests: [{ program: 'a.asm' }, { program: 'b.asm', name: 'counter', weight: 3 }] };

describe('a lab of several guests', () => {
  it('calls them by their names', async () => {
    const { lab } = await open(BOTH);
    assert.deepEqual(
      lab.guests.map(({ identity }) => identity),
      [
        { id: 0, letter: 'A', name: 'guest A' },
        { id: 1, letter: 'B', name: 'counter' },
      ],
    );
    assert.deepEqual(
      lab.shares.map(({ weight, end }) => ({ weight, end })),
      [
        { weight: 1, end: null },
        { weight: 3, end: null },
      ],
    );
  });

  it('each has its own symbols, lines and disassembly at the same addresses', async () => {
    const { lab } = await open(BOTH);
    const [a, b] = lab.guests;
    assert.equal(lab.programOf(a!).place(0x100000n), 'first');
    assert.equal(lab.programOf(b!).place(0x100000n), 'other');
    assert.equal(lab.programOf(a!).lineAt(0x100000n)?.file, 'a.asm');
    assert.equal(lab.programOf(b!).lineAt(0x100000n)?.file, 'b.asm');
    assert.match(lab.instruction(a!)!.text, /mov r10d, 3/);
    assert.match(lab.instruction(b!)!.text, /mov r10d, 7/);
    const values = lab.guests.map((guest) => ['here', 'there'].map((name) => lab.scopeOf(guest).value(name)));
    assert.equal(typeof values[0]![0], 'bigint');
    assert.deepEqual([values[0]![1], values[1]![0]], [undefined, undefined]);
    for (const name of ['here', 'there', '.spin']) assert.ok(lab.names.has(name), name);
  });

  it('a breakpoint on a line stops the guest whose file it is, not the other at that address', async () => {
    const { lab, runner } = await open(BOTH);
    const [place] = lab.placesOf('b.asm', 3);
    assert.equal(place!.world, 1);
    runner.setBreakpoints([
      { id: 1, address: place!.entry.address, world: place!.world, condition: undefined, hits: 1, message: undefined },
    ]);
    assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'breakpoint', ids: [1] });
    assert.equal(lab.world, lab.guests[1]);
    assert.equal(codeAddress(lab.registers(lab.world)), 0x100000n);
    assert.ok(lab.guests[0]!.exit > 0, 'guest A has begun before');
  });

  it('the same file twice: its lines are in both', async () => {
    const { lab } = await open({ guests: [{ program: 'a.asm' }, { program: 'a.asm' }] });
    assert.deepEqual(
      lab.placesOf('a.asm', 9).map(({ world, entry }) => [world, entry.line]),
      [
        [0, 9],
        [1, 9],
      ],
    );
    assert.deepEqual(lab.linesWithCode('a.asm', 8, 10), [8, 9, 10]);
    assert.deepEqual(lab.placesOf('b.asm', 1), []);
  });

  it('runs to the end of all; each end is told and kept', async () => {
    const { lab, runner, said } = await open(BOTH);
    const stop = await runner.run({ kind: 'continue' });
    assert.deepEqual(stop, { kind: 'guests-ended' });
    assert.equal(stopWords(stop), 'every guest has ended');
    const [a, b] = lab.guests.map((guest) => lab.endOf(guest));
    assert.deepEqual(a, { kind: 'halted' });
    assert.deepEqual(b, { kind: 'debug-exit', status: 11, value: 5 });
    assert.deepEqual(said, [
      'counter has ended: debug exit with value 5 (status 11)\n',
      'guest A has ended: halted: interrupts are masked and nothing can end HLT\n',
    ]);
    const { shares } = lab.state;
    assert.equal(
      shares.reduce((sum, { processorTime }) => sum + processorTime, 0),
      lab.machine.clock.now,
    );
    assert.ok(shares.every(({ end }) => end !== null));
  });

  it('one that sleeps where nothing can wake it has ended, when all others have', async () => {
    const sleeper = `bits 64\norg 0x100000\nsti\nhlt\n`;
    const lab = await openLab({ memory: 4, guests: [{ program: 's.asm' }, { program: 'b.asm' }] }, async (path) => {
      return path === 's.asm' ? new TextEncoder().encode(sleeper) : read(path);
    });
    const runner = new Runner(lab, { interactive: false });
    runner.closeInput();
    assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'guests-ended' });
    assert.deepEqual(
      lab.guests.map((guest) => lab.endOf(guest)?.kind),
      ['halted', 'debug-exit'],
    );
  });

  it('a limit ends the lab, not the guests', async () => {
    const lab = await openLab({ memory: 4, ...BOTH }, read);
    const runner = new Runner(lab, { interactive: false, maxInstructions: 100_000 });
    assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'limit' });
    assert.deepEqual(
      lab.guests.map((guest) => lab.endOf(guest)),
      [undefined, undefined],
    );
  });

  it('guests of different modes, memory, paging and processors', async () => {
    const { lab, runner } = await open({
      cpu: 'barcelona',
      paging: 'shadow',
      guests: [
        { program: 'real.asm', memory: 2 },
        { program: 'b.asm', paging: 'nested', nestedPages: '2M' },
      ],
    });
    assert.equal(lab.machine.processor.profile.name, 'barcelona');
    assert.deepEqual(await runner.run({ kind: 'continue' }), { kind: 'guests-ended' });
    assert.deepEqual(
      lab.guests.map((guest) => lab.endOf(guest)?.kind),
      ['halted', 'debug-exit'],
    );
  });
});

describe('options of a launch', () => {
  const refused: readonly [string, LaunchWords, RegExp][] = [
    ['no program', {}, /^launch\.json: 'program' is missing: name the \.asm file/],
    ['guests that are no list', { guests: 'a.asm' }, /'guests' is a list such as/],
    ['no guests', { guests: [] }, /'guests' is a list such as/],
    ['a guest that is a word', { guests: ['a.asm'] }, /guests\[0\] is an object such as .*, not "a\.asm"/],
    ['a guest without a program', { guests: [{ program: 'a.asm' }, {}] }, /guests\[1\]: 'program' is missing/],
    [
      'a key nobody knows',
      { guests: [{ program: 'a.asm', wieght: 3 }] },
      /guests\[0\] has no option 'wieght'; there are/,
    ],
    [
      'a weight of nothing',
      { guests: [{ program: 'a.asm', weight: 0 }] },
      /'weight' is a whole number from 1 to 1000, not 0/,
    ],
    ['half a weight', { program: 'a.asm', weight: 1.5 }, /'weight' is a whole number from 1 to 1000, not 1\.5/],
    [
      'a processor nobody has',
      { program: 'a.asm', cpu: 'zen9' },
      /'cpu' is 'barcelona', 'bulldozer', 'zen1' or 'zen3'/,
    ],
    ['paging nobody does', { program: 'a.asm', paging: 'none' }, /'paging' is 'nested', 'shadow' or 'own', not "none"/],
    ['pages of 1 GB', { program: 'a.asm', nestedPages: '1G' }, /'nestedPages' is '4K' or '2M', not "1G"/],
    ['a name that is none', { guests: [{ program: 'a.asm', name: 5 }] }, /guests\[0\]: 'name' is a name, not 5/],
  ];
  for (const [name, words, message] of refused) {
    it(`${name} is refused with a sentence`, () => {
      assert.throws(
        () => readLaunchOptions(words),
        (error) => error instanceof LaunchError && message.test(error.message),
      );
    });
  }

  it('reads what there is, and leaves strangers alone', () => {
    const words = {
      type: 'pacifica',
      request: 'launch',
      name: 'Two',
      cpu: 'zen3',
      guests: [{ program: 'a', weight: 2 }],
    };
    const { cpu, guests, name, program } = readLaunchOptions(words);
    assert.deepEqual([cpu, name, program, guests!.length], ['zen3', undefined, undefined, 1]);
    assert.equal(guests![0]!.weight, 2);
    assert.equal(readLaunchOptions({ kernel: 'k' }).boot, 'elf');
  });

  const unopened: readonly [string, LaunchOptions, RegExp][] = [
    [
      'both one and several',
      { program: 'a.asm', guests: [{ program: 'b.asm' }] },
      /one 'program', or several in 'guests'/,
    ],
    ['several on the bare machine', { ...BOTH, mode: 'bare' }, /run under the built-in hypervisor/],
    ['firmware as a guest', { guests: [{ program: 'a.asm', boot: 'rom' }] }, /no firmware/],
    ['paging on the bare machine', { program: 'a.asm', mode: 'bare', paging: 'shadow' }, /'paging' is for guests/],
    ['paging of nobody', { program: 'a.asm', paging: 'own' }, /paging 'own', so nobody maps its memory/],
    [
      'too much memory together',
      { ...BOTH, memory: 2000 },
      /memory of \d+ MB cannot be built: guests and the hypervisor/,
    ],
    ['a file that is not there', { guests: [{ program: 'a.asm' }, { program: 'c.asm' }] }, /'c\.asm' cannot be read/],
    ['an empty program', { guests: [{ program: 'nothing.asm' }] }, /'nothing\.asm' is empty/],
  ];
  for (const [name, options, message] of unopened) {
    it(`${name} cannot be opened, and says why`, async () => {
      await assert.rejects(open(options), (error) => error instanceof LaunchError && message.test(error.message));
    });
  }
});
