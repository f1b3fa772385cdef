/** The ACPI tables, judged by a reader written here from the specification, and by ACPICA's disassembler where it is installed. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acpiPieces } from '../../src/engine/machine/acpi-tables';
import { Machine } from '../../src/engine/machine/machine';

const MB = 1 << 20;

/** Memory as a kernel without other words would search it. */
class Memory {
  readonly bytes: Buffer;
  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
    for (const piece of acpiPieces(size)) this.bytes.set(piece.bytes, piece.address);
  }
  findRsdp(): number {
    const ebda = this.bytes.readUInt16LE(0x40e) * 16;
    for (let at = ebda; at < ebda + 1024; at += 16) {
      if (this.bytes.toString('latin1', at, at + 8) === 'RSD PTR ') return at;
    }
    throw new Error('no RSDP in the EBDA');
  }
  sum(at: number, length: number): number {
    return this.bytes.subarray(at, at + length).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  }
  table(at: number): Buffer {
    const length = this.bytes.readUInt32LE(at + 4);
    assert.equal(this.sum(at, length), 0, `checksum at ${at.toString(16)}`);
    return this.bytes.subarray(at, at + length);
  }
  /** By signature, through XSDT. */
  tables(): Map<string, Buffer> {
    const rsdp = this.findRsdp();
    assert.equal(this.sum(rsdp, 20), 0);
    assert.equal(this.sum(rsdp, 36), 0);
    assert.equal(this.bytes[rsdp + 15], 2);
    const rsdt = this.table(this.bytes.readUInt32LE(rsdp + 16));
    const xsdt = this.table(Number(this.bytes.readBigUInt64LE(rsdp + 24)));
    const found = new Map<string, Buffer>([
      ['RSDT', rsdt],
      ['XSDT', xsdt],
    ]);
    assert.equal((rsdt.length - 36) / 4, (xsdt.length - 36) / 8);
    for (let n = 0; n < (xsdt.length - 36) / 8; n++) {
      const at = Number(xsdt.readBigUInt64LE(36 + n * 8));
      assert.equal(rsdt.readUInt32LE(36 + n * 4), at);
      const table = this.table(at);
      found.set(table.toString('latin1', 0, 4), table);
    }
    found.set('DSDT', this.table(found.get('FACP')!.readUInt32LE(40)));
    return found;
  }
}

describe('ACPI tables', () => {
  for (const size of [2 * MB, 128 * MB]) {
    it(`are found and whole with ${size / MB} MB`, () => {
      const tables = new Memory(size).tables();
      assert.deepEqual([...tables.keys()].sort(), ['APIC', 'DSDT', 'FACP', 'HPET', 'RSDT', 'XSDT']);
    });
  }

  it('lie at the top of RAM in whole pages, and nowhere with too little of it', () => {
    const pieces = acpiPieces(64 * MB).filter((piece) => piece.kind !== 'low');
    let at = 64 * MB - 0x4000;
    for (const { address, bytes } of pieces) {
      assert.equal(address, at);
      assert.equal(bytes.length % 4096, 0);
      at += bytes.length;
    }
    assert.equal(at, 64 * MB);
    assert.deepEqual(acpiPieces(MB), []);
  });

  it('FADT: blocks, SCI, reset register and no legacy mode', () => {
    const memory = new Memory(64 * MB);
    const fadt = memory.tables().get('FACP')!;
    assert.equal(fadt.length, 244);
    assert.equal(fadt.readUInt16LE(46), 9, 'SCI');
    assert.equal(fadt.readUInt32LE(48), 0, 'SMI command');
    assert.deepEqual([fadt.readUInt32LE(56), fadt.readUInt32LE(64), fadt.readUInt32LE(76)], [0x600, 0x604, 0x608]);
    assert.deepEqual([...fadt.subarray(88, 94)], [4, 2, 0, 4, 0, 0]);
    assert.equal(fadt[108], 0x32, 'century');
    assert.equal(fadt.readUInt32LE(112) & 0x401, 0x401);
    assert.deepEqual([...fadt.subarray(116, 129)], [1, 8, 0, 1, 0xf9, 0x0c, 0, 0, 0, 0, 0, 0, 6]);
    assert.equal(fadt.readBigUInt64LE(140), BigInt(fadt.readUInt32LE(40)));
    for (const [at, address] of [
      [148, 0x600],
      [172, 0x604],
      [208, 0x608],
    ] as const) {
      assert.equal(fadt[at], 1);
      assert.equal(fadt.readBigUInt64LE(at + 4), BigInt(address));
    }
    const facs = fadt.readUInt32LE(36);
    assert.equal(facs % 64, 0);
    assert.equal(memory.bytes.toString('latin1', facs, facs + 4), 'FACS');
  });

  it('MADT: one processor, one I/O APIC, the overrides and NMI', () => {
    const madt = new Memory(64 * MB).tables().get('APIC')!;
    assert.equal(madt.readUInt32LE(36), 0xfee00000);
    assert.equal(madt.readUInt32LE(40), 1);
    const entries: string[] = [];
    let at = 44;
    while (at < madt.length) {
      entries.push(madt.toString('hex', at, at + madt[at + 1]!));
      at += madt[at + 1]!;
    }
    assert.equal(at, madt.length);
    assert.deepEqual(entries, [
      '0008000001000000',
      '010c00000000c0fe00000000',
      '020a0000020000000000',
      '020a0009090000000d00',
      '0406ff000001',
    ]);
  });

  it('say of the HPET what it says of itself', () => {
    const hpet = new Memory(64 * MB).tables().get('HPET')!;
    const { mmio } = new Machine({ ramSize: 2 * MB }).board;
    const address = Number(hpet.readBigUInt64LE(44));
    assert.equal(hpet.readUInt32LE(36), mmio.read(address, 4));
  });

  it('power off and reset the machine by what the FADT says', () => {
    const fadt = new Memory(64 * MB).tables().get('FACP')!;
    const machine = new Machine({ ramSize: 2 * MB });
    machine.board.io.writePort(fadt.readUInt32LE(64), 2, 0x2000);
    assert.deepEqual(machine.run(1000), { kind: 'power-off' });
    assert.deepEqual(machine.run(1000), { kind: 'power-off' }, 'it stays off');
    machine.reset();
    machine.board.io.writePort(0x92, 1, 0);
    machine.board.io.writePort(Number(fadt.readBigUInt64LE(120)), 1, fadt[128]!);
    machine.run(1000);
    assert.equal(machine.board.io.readPort(0x92, 1), 2, 'reset');
  });

  const iasl = spawnSync('iasl', ['-v']).status === 0 ? it : undefined;
  iasl?.('are understood by iasl, and its own assembly of the DSDT has no errors', function () {
    this.timeout(30_000);
    const directory = mkdtempSync(path.join(tmpdir(), 'acpi-'));
    after(() => rmSync(directory, { recursive: true, force: true }));
    for (const [signature, bytes] of new Memory(64 * MB).tables()) {
      const file = path.join(directory, `${signature}.aml`);
      writeFileSync(file, bytes);
      const said = spawnSync('iasl', ['-d', file], { encoding: 'utf8' });
      assert.equal(said.status, 0, said.stderr);
      assert.doesNotMatch(said.stdout + said.stderr, /invalid|error|incorrect/i);
    }
    const source = path.join(directory, 'DSDT.dsl');
    const text = readFileSync(source, 'utf8');
    for (const word of ['PNP0A03', 'PNP0303', 'PNP0501', 'PNP0B00', 'PNP0103', '_PRT', '_S5']) {
      assert.ok(text.includes(word), word);
    }
    const said = execFileSync('iasl', [source], { encoding: 'utf8' });
    assert.match(said, /0 Errors, 0 Warnings/);
  });
});
