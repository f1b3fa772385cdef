import assert from 'node:assert/strict';
import { Pic8259, PicPair } from '../../src/engine/devices/pic8259';

const MASTER = 0x20;
const MASTER_DATA = 0x21;
const SLAVE = 0xa0;
const SLAVE_DATA = 0xa1;
const EOI = 0x20;

/** The pair as a PC programs it: vectors 20h and 28h, nothing masked. */
function pc(options: { icw4?: number; slaveIcw4?: number } = {}): {
  pic: PicPair;
  out: (port: number, ...bytes: number[]) => void;
  intr: boolean[];
} {
  const intr: boolean[] = [];
  const pic = new PicPair({ intr: { set: (level) => intr.push(level) } });
  const out = (port: number, ...bytes: number[]): void => bytes.forEach((byte) => pic.writePort(port, 1, byte));
  out(MASTER, 0x11);
  out(MASTER_DATA, 0x20, 0x04, options.icw4 ?? 0x01, 0x00);
  out(SLAVE, 0x11);
  out(SLAVE_DATA, 0x28, 0x02, options.slaveIcw4 ?? 0x01, 0x00);
  return { pic, out, intr };
}

const IRR = 0x0a;
const ISR = 0x0b;
function inspect(pic: PicPair, port: number, which: number): number {
  pic.writePort(port, 1, which);
  return pic.readPort(port);
}

function pulse(pic: PicPair, irq: number): void {
  pic.line(irq).set(true);
}

describe('PicPair', () => {
  it('is silent before it is initialized', () => {
    const pic = new PicPair();
    pulse(pic, 0);
    assert.equal(pic.interruptPending, false);
    pic.writePort(MASTER, 1, 0x11);
    pic.writePort(MASTER_DATA, 1, 0x20);
    pulse(pic, 1);
    assert.equal(pic.interruptPending, false, 'between ICW2 and ICW3');
    pic.writePort(MASTER_DATA, 1, 0x04);
    assert.equal(pic.interruptPending, false, 'before ICW4');
    pic.writePort(MASTER_DATA, 1, 0x01);
    assert.equal(pic.interruptPending, true);
    assert.equal(pic.acknowledge(), 0x21);
  });

  it('gives each of the fifteen lines its vector', () => {
    for (const irq of [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
      const { pic } = pc();
      pulse(pic, irq);
      assert.equal(pic.interruptPending, true, `IRQ ${irq}`);
      assert.equal(pic.acknowledge(), 0x20 + irq);
      assert.equal(pic.interruptPending, false);
      assert.equal(inspect(pic, MASTER, ISR), irq < 8 ? 1 << irq : 4);
      assert.equal(inspect(pic, SLAVE, ISR), irq < 8 ? 0 : 1 << (irq - 8));
    }
    const { pic } = pc();
    for (const irq of [2, -1, 16, 1.5]) assert.throws(() => pic.line(irq), RangeError);
  });

  it('initialization clears masks, services and edges, and a high line must fall and rise anew', () => {
    const { pic, out } = pc();
    out(MASTER_DATA, 0xf0);
    pulse(pic, 0);
    pulse(pic, 1);
    pic.acknowledge();
    out(MASTER, 0x11);
    out(MASTER_DATA, 0x40, 0x04, 0x01);
    assert.equal(pic.readPort(MASTER_DATA), 0);
    assert.equal(pic.readPort(MASTER), 0, 'IRR is selected');
    assert.equal(inspect(pic, MASTER, ISR), 0);
    assert.equal(pic.interruptPending, false);
    pic.line(1).set(false);
    pulse(pic, 1);
    assert.equal(pic.acknowledge(), 0x41);
  });

  it('initialization ends rotation, special mask mode, polling and the choice of ISR', () => {
    const { pic, out } = pc({ icw4: 0x03 });
    out(MASTER, 0x80, 0xc3, 0x68, ISR, 0x0c, 0x11);
    out(MASTER_DATA, 0x20, 0x04, 0x01, 0x00);
    for (const irq of [4, 3]) pulse(pic, irq);
    assert.equal(pic.readPort(MASTER), 0x18, 'IRR, no poll');
    assert.equal(pic.acknowledge(), 0x23, 'IR0 is highest again');
    out(MASTER_DATA, 0x08);
    assert.equal(pic.interruptPending, false, 'a masked request in service holds back');
    out(MASTER, 0x11);
    out(MASTER_DATA, 0x20, 0x04, 0x03, 0x00);
    pulse(pic, 5);
    pulse(pic, 1);
    assert.deepEqual([pic.acknowledge(), pic.acknowledge()], [0x21, 0x25]);
    pic.line(1).set(false);
    pic.line(5).set(false);
    pulse(pic, 5);
    pulse(pic, 1);
    assert.equal(pic.acknowledge(), 0x21, 'automatic EOI without rotation');
  });

  it('reset brings back the silence of power-up and all its choices', () => {
    const { pic, out } = pc({ icw4: 0x03 });
    out(MASTER, 0x80, 0xc3, 0x68, ISR, 0x0c);
    out(MASTER_DATA, 0x5a);
    out(0x4d0, 0x20);
    pulse(pic, 4);
    pic.line(4).set(false);
    pic.reset();
    assert.deepEqual(pic.saveState(), new PicPair().saveState());
  });

  it('asks for ICW3 and ICW4 only where ICW1 says so', () => {
    const pic = new PicPair();
    pic.writePort(MASTER, 1, 0x12);
    pic.writePort(MASTER_DATA, 1, 0x50);
    pic.writePort(MASTER_DATA, 1, 0xfb);
    assert.equal(pic.readPort(MASTER_DATA), 0xfb, 'single, no ICW4: this is OCW1');
    pulse(pic, 8);
    pic.writePort(MASTER_DATA, 1, 0x00);
    pulse(pic, 3);
    assert.equal(pic.acknowledge(), 0x53);
  });

  it('serves in the order of priority, and nests', () => {
    const { pic, out } = pc();
    for (const irq of [7, 4, 12, 5]) pulse(pic, irq);
    assert.equal(pic.acknowledge(), 0x2c);
    assert.equal(pic.interruptPending, false, 'a lower one waits');
    pulse(pic, 1);
    assert.equal(pic.acknowledge(), 0x21);
    assert.equal(inspect(pic, MASTER, ISR), 0x06);
    out(MASTER, EOI);
    assert.equal(inspect(pic, MASTER, ISR), 0x04, 'a non-specific EOI ends the highest');
    out(SLAVE, EOI);
    out(MASTER, EOI);
    assert.equal(pic.acknowledge(), 0x24);
    out(MASTER, 0x64);
    assert.equal(pic.acknowledge(), 0x25);
    out(MASTER, EOI);
    assert.equal(pic.acknowledge(), 0x27);
    assert.equal(inspect(pic, MASTER, IRR), 0);
  });

  it('a slave in service asks again after its own EOI, through an edge on the cascade', () => {
    const { pic, out } = pc();
    pulse(pic, 9);
    pulse(pic, 10);
    assert.equal(pic.acknowledge(), 0x29);
    assert.equal(pic.interruptPending, false);
    out(SLAVE, EOI);
    assert.equal(pic.interruptPending, false, 'the master still serves IR2');
    assert.equal(inspect(pic, MASTER, IRR), 0x04);
    out(MASTER, EOI);
    assert.equal(pic.acknowledge(), 0x2a);
  });

  it('with automatic EOI no service is kept, and the next request of the slave comes through', () => {
    const { pic } = pc({ icw4: 0x03, slaveIcw4: 0x03 });
    for (const irq of [8, 9, 3]) pulse(pic, irq);
    assert.deepEqual([pic.acknowledge(), pic.acknowledge(), pic.acknowledge()], [0x28, 0x29, 0x23]);
    assert.equal(inspect(pic, MASTER, ISR), 0);
    assert.equal(inspect(pic, SLAVE, ISR), 0);
    assert.equal(pic.interruptPending, false);
  });

  it('special fully nested mode lets a higher request of the slave interrupt a lower one', () => {
    for (const [icw4, comes] of [
      [0x01, false],
      [0x11, true],
    ] as const) {
      const { pic } = pc({ icw4 });
      pulse(pic, 12);
      assert.equal(pic.acknowledge(), 0x2c);
      pulse(pic, 13);
      assert.equal(pic.interruptPending, false, 'a lower one never does');
      pulse(pic, 8);
      assert.equal(pic.interruptPending, comes);
      if (comes) assert.equal(pic.acknowledge(), 0x28);
    }
  });

  it('answers a request that has gone with a spurious IRQ 7, which is not in service', () => {
    const { pic } = pc();
    pulse(pic, 3);
    pic.line(3).set(false);
    assert.equal(pic.interruptPending, false);
    assert.equal(pic.acknowledge(), 0x27);
    assert.equal(inspect(pic, MASTER, ISR), 0);
  });

  it('takes back the cascade with the request of the slave, so that the master answers', () => {
    const { pic, out } = pc();
    pulse(pic, 14);
    assert.equal(inspect(pic, MASTER, IRR), 4);
    pic.line(14).set(false);
    assert.equal(inspect(pic, MASTER, IRR), 0);
    assert.equal(pic.acknowledge(), 0x27);
    pulse(pic, 14);
    out(SLAVE_DATA, 0x40);
    assert.equal(pic.interruptPending, false, 'masked in between');
  });

  it('a slave asked with nothing left answers 7, which is not in service', () => {
    const slave = new Pic8259(false, 0, { set: () => {} });
    slave.write(0, 0x11);
    for (const word of [0x28, 0x02, 0x01]) slave.write(1, word);
    assert.equal(slave.vector(slave.acknowledge()), 0x2f);
    assert.equal(slave.reg.isr, 0);
  });

  it('leaves the bus floating where ICW3 names a slave that is not there', () => {
    const { pic, out } = pc();
    out(SLAVE, 0x11);
    out(SLAVE_DATA, 0x28, 0x05, 0x01);
    pulse(pic, 9);
    assert.equal(pic.acknowledge(), 0xff);
  });

  it('has no slave that answers where the slave was told that it is alone', () => {
    const { pic, out } = pc();
    out(SLAVE, 0x13);
    out(SLAVE_DATA, 0x28, 0x01);
    pulse(pic, 9);
    assert.equal(pic.acknowledge(), 0xff);
  });

  it('gives the special fully nested mode no meaning on the slave', () => {
    const { pic } = pc({ icw4: 0x11, slaveIcw4: 0x11 });
    pulse(pic, 9);
    assert.equal(pic.acknowledge(), 0x29);
    pic.line(9).set(false);
    pulse(pic, 9);
    assert.equal(pic.interruptPending, false);
  });

  it('asks at once for a high line that becomes level-sensitive', () => {
    const { pic, out } = pc();
    pulse(pic, 5);
    pic.acknowledge();
    out(MASTER, EOI);
    assert.equal(pic.interruptPending, false);
    out(0x4d0, 0x20);
    assert.equal(pic.interruptPending, true);
    out(0x4d0, 0x00);
    assert.equal(pic.interruptPending, false);
  });

  it('level-sensitive lines ask as long as they are high', () => {
    const { pic, out } = pc();
    out(0x4d0, 0xff);
    out(0x4d1, 0xff);
    assert.equal(pic.readPort(0x4d0), 0xf8, 'IRQ 0, 1 and 2 stay edge-sensitive');
    assert.equal(pic.readPort(0x4d1), 0xde, 'IRQ 8 and 13 stay edge-sensitive');
    pulse(pic, 11);
    assert.equal(pic.acknowledge(), 0x2b);
    out(SLAVE, EOI);
    out(MASTER, EOI);
    assert.equal(pic.acknowledge(), 0x2b, 'again');
    pic.line(11).set(false);
    out(SLAVE, EOI);
    out(MASTER, EOI);
    assert.equal(pic.interruptPending, false);
    pulse(pic, 0);
    assert.equal(pic.acknowledge(), 0x20);
    out(MASTER, EOI);
    assert.equal(pic.interruptPending, false, 'IRQ 0 was an edge');
  });

  it('rotates on EOI: what was served goes to the end of the line', () => {
    const { pic, out } = pc();
    for (const irq of [4, 5]) pulse(pic, irq);
    assert.equal(pic.acknowledge(), 0x24);
    out(MASTER, 0xa0);
    pic.line(4).set(false);
    pulse(pic, 4);
    pulse(pic, 3);
    assert.equal(pic.acknowledge(), 0x25, 'IR5 is highest now');
    out(MASTER, 0xa0);
    assert.equal(pic.acknowledge(), 0x23, 'then 6, 7, 0 … 4, 5: IR3 before IR4');
    out(MASTER, 0xe3);
    assert.equal(pic.acknowledge(), 0x24);
  });

  it('sets the priority by command', () => {
    const { pic, out } = pc();
    out(MASTER, 0xc5);
    for (const irq of [0, 1, 3, 4, 5, 6, 7]) pulse(pic, irq);
    const order: number[] = [];
    while (pic.interruptPending) {
      order.push(pic.acknowledge() & 7);
      out(MASTER, EOI);
    }
    assert.deepEqual(order, [6, 7, 0, 1, 3, 4, 5]);
  });

  it('rotates in automatic EOI when told', () => {
    const { pic, out } = pc({ icw4: 0x03 });
    out(MASTER, 0x80);
    for (const irq of [3, 4]) pulse(pic, irq);
    assert.equal(pic.acknowledge(), 0x23);
    pic.line(3).set(false);
    pulse(pic, 3);
    assert.equal(pic.acknowledge(), 0x24);
    out(MASTER, 0x00);
    assert.equal(pic.acknowledge(), 0x23);
    pic.line(3).set(false);
    pic.line(4).set(false);
    pulse(pic, 3);
    pulse(pic, 4);
    assert.equal(pic.acknowledge(), 0x23, 'no further rotation: the last went to IR4');
  });

  it('special mask mode lets lower requests through while a masked one is in service', () => {
    const { pic, out } = pc();
    pulse(pic, 3);
    pic.acknowledge();
    pulse(pic, 5);
    out(MASTER_DATA, 0x08);
    assert.equal(pic.interruptPending, false);
    out(MASTER, 0x68);
    assert.equal(pic.acknowledge(), 0x25);
    out(MASTER, EOI);
    assert.equal(inspect(pic, MASTER, ISR), 0x08, 'a non-specific EOI passes over the masked one');
    out(MASTER, EOI);
    assert.equal(inspect(pic, MASTER, ISR), 0x08);
    out(MASTER, 0x48);
    out(MASTER, EOI);
    assert.equal(inspect(pic, MASTER, ISR), 0);
  });

  it('is polled: the next read takes the request into service', () => {
    const { pic, out } = pc();
    out(MASTER, 0x0c);
    assert.equal(pic.readPort(MASTER), 0, 'nothing asks');
    pulse(pic, 6);
    out(MASTER, 0x0c);
    assert.equal(pic.readPort(MASTER), 0x86);
    pulse(pic, 7);
    assert.equal(pic.readPort(MASTER), 0x80, 'once only: IRR again');
    assert.equal(inspect(pic, MASTER, ISR), 0x40);
    pulse(pic, 1);
    out(MASTER, 0x0c);
    assert.equal(pic.readPort(MASTER_DATA), 0x81, 'at either address');
  });

  it('remembers which register OCW3 chose', () => {
    const { pic, out } = pc();
    pulse(pic, 4);
    pic.acknowledge();
    pulse(pic, 5);
    out(MASTER, ISR);
    assert.deepEqual([pic.readPort(MASTER), pic.readPort(MASTER)], [0x10, 0x10]);
    out(MASTER, 0x68);
    assert.equal(pic.readPort(MASTER), 0x10, 'OCW3 without RR leaves the choice');
    out(MASTER, IRR);
    assert.equal(pic.readPort(MASTER), 0x20);
  });

  it('tells INTR only when it changes', () => {
    const { pic, out, intr } = pc();
    pulse(pic, 4);
    pulse(pic, 5);
    assert.deepEqual(intr, [true]);
    pic.acknowledge();
    assert.deepEqual(intr, [true, false]);
    out(MASTER_DATA, 0xff);
    out(MASTER, EOI);
    assert.deepEqual(intr, [true, false]);
    out(MASTER_DATA, 0x00);
    assert.deepEqual(intr, [true, false, true]);
    pic.reset();
    assert.deepEqual(intr, [true, false, true, false]);
  });
});

describe('Pic8259 without an edge/level register', () => {
  it('obeys LTIM', () => {
    const chip = new Pic8259(true, 0, { set: () => {} });
    for (const [a0, byte] of [
      [0, 0x1b],
      [1, 0x08],
      [1, 0x01],
    ] as const) {
      chip.write(a0, byte);
    }
    chip.setLine(0, true);
    assert.equal(chip.acknowledge(), 0);
    chip.write(0, EOI);
    assert.equal(chip.interruptPending, true);
    chip.setLine(0, false);
    assert.equal(chip.interruptPending, false);
  });
});
