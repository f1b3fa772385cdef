/**
 * The witness ROM: SVM's exits as seen by host-mode code that prints them. The same bytes from our assembler and from nasm, the
 * same text from our machine and from QEMU; where QEMU differs, the row says what the manual wants.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble } from '../../src/assembler/assembler';
import { Machine } from '../../src/engine/machine/machine';

const SOURCE = 'test/witness/exits.asm';

interface Deviation {
  /** Names of the lines. */
  readonly lines: readonly string[];
  /** Column: 0 EXITCODE, 1 EXITINFO1, 2 EXITINFO2, 3 EXITINTINFO, 4 RIP, 5 RFLAGS; or all of them. */
  readonly columns: readonly number[];
  readonly section: string;
  readonly reason: string;
}

/** Where QEMU 7.2 is known to differ from the manual. */
const DEVIATIONS: readonly Deviation[] = [
  {
    lines: ['in', 'in32', 'out', 'out imm', 'out16', 'outs', 'ins'],
    columns: [1],
    section: '15.10.2',
    reason: 'EXITINFO1 lacks the address size (bits 9:7) and the segment of string I/O (bits 12:10)',
  },
  {
    lines: ['cr0 read', 'cr3 read', 'cr3 wr', 'cr4 wr', 'cr8 wr', 'cr0 wp'],
    columns: [1],
    section: '15.8.1',
    reason: 'no decode assists: EXITINFO1 lacks the register and bit 63',
  },
  { lines: ['invlpg'], columns: [1], section: '15.8.3', reason: 'no decode assists: EXITINFO1 lacks the address' },
  { lines: ['int'], columns: [1], section: '15.8.2', reason: 'no decode assists: EXITINFO1 lacks the vector' },
  { lines: ['invd'], columns: [0, 4], section: '15.9', reason: 'tests the WBINVD intercept for INVD' },
  { lines: ['int3'], columns: [0, 4], section: '15.12.4', reason: 'does not test the #BP intercept for INT3' },
  {
    lines: ['shutdown'],
    columns: [3],
    section: '15.14.3',
    reason: 'EXITINTINFO names the first exception; the double fault was being delivered',
  },
  {
    lines: ['no svme', 'asid 0', 'cr0 nw', 'no vmrun'],
    columns: [0],
    section: 'appendix C',
    reason: 'EXITCODE of VMEXIT_INVALID is −1 in 64 bits',
  },
  {
    lines: ['no svme', 'asid 0', 'cr0 nw', 'no vmrun'],
    columns: [4, 5],
    section: '15.5.1',
    reason: 'stores its registers in the state-save area of a VMCB that was refused',
  },
];

interface Line {
  readonly name: string;
  readonly columns: readonly string[];
}

function parse(text: string): Line[] {
  const lines = text.replaceAll('\r', '').split('\n');
  assert.equal(lines.shift(), 'witness: exits');
  assert.equal(lines.pop(), '');
  assert.equal(lines.pop(), 'done', 'the ROM did not reach its end');
  return lines.map((l) => ({ name: l.slice(0, 8).trim(), columns: l.slice(9).split(' ') }));
}

function nasm(directory: string): Uint8Array {
  const output = path.join(directory, 'exits.bin');
  execFileSync('nasm', ['-f', 'bin', SOURCE, '-o', output], { stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(output);
}

function runHere(rom: Uint8Array): string {
  let text = '';
  const machine = new Machine({ ramSize: 128 << 20, rom, onConsole: (byte) => (text += String.fromCharCode(byte)) });
  const stop = machine.run(20_000_000);
  assert.deepEqual(stop, { kind: 'debug-exit', status: 1, value: 0 }, text);
  return text;
}

function runQemu(rom: string): string {
  const words = [
    '-accel',
    'tcg',
    '-cpu',
    'max,+svm',
    '-m',
    '128',
    '-bios',
    rom,
    '-serial',
    'stdio',
    '-display',
    'none',
  ];
  const more = ['-monitor', 'none', '-no-reboot', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'];
  try {
    return execFileSync('qemu-system-x86_64', [...words, ...more], {
      encoding: 'latin1',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    // The debug exit's status is never 0.
    const { status, stdout } = error as { status: number; stdout: string };
    assert.equal(status, 1, `QEMU ended otherwise; it printed ${stdout}`);
    return stdout;
  }
}

describe('witness ROM', function () {
  this.timeout(90_000);
  const directory = mkdtempSync(path.join(tmpdir(), 'witness-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  let rom: Uint8Array;
  let ours: Line[];

  it('is the same bytes from our assembler and from nasm', () => {
    const { bytes, diagnostics } = assemble(readFileSync(SOURCE, 'utf8'), { file: SOURCE });
    assert.deepEqual(
      diagnostics.filter((d) => d.severity === 'error'),
      [],
    );
    rom = nasm(directory);
    assert.equal(Buffer.compare(bytes, rom), 0);
  });

  it('prints one line a test here', () => {
    ours = parse(runHere(rom));
    assert.equal(ours.length, 73);
    assert.ok(new Set(ours.map((l) => l.columns[0])).size >= 40, 'too few different exit codes');
  });

  it('prints on QEMU what it prints here, but for the deviations listed', () => {
    const image = path.join(directory, 'rom.bin');
    writeFileSync(image, rom);
    const theirs = parse(runQemu(image));
    assert.deepEqual(
      theirs.map((l) => l.name),
      ours.map((l) => l.name),
    );
    const seen = new Set<string>();
    const unexplained: string[] = [];
    ours.forEach((line, n) => {
      line.columns.forEach((value, column) => {
        if (value === theirs[n]!.columns[column]) return;
        const known = DEVIATIONS.find((d) => d.lines.includes(line.name) && d.columns.includes(column));
        if (known) seen.add(`${known.section}: ${known.reason}`);
        else unexplained.push(`${line.name}, column ${column}: ${value} here, ${theirs[n]!.columns[column]} on QEMU`);
      });
    });
    assert.deepEqual(unexplained, []);
    // A row that no longer occurs must go.
    assert.deepEqual([...seen].sort(), DEVIATIONS.map((d) => `${d.section}: ${d.reason}`).sort());
  });
});
