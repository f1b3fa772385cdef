import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { consoleInterrupts } from '../../src/session/console-wake';

const MB = 1 << 20;
const IO_APIC = 0xfec0_0000;

describe('what is typed may end a HLT', () => {
  it('by way of the 8259 or of the I/O APIC, if the serial port asks at all', () => {
    const { board } = new Machine({ ramSize: 4 * MB });
    const { io, mmio } = board;
    const redirect = (low: number): void => {
      mmio.write(IO_APIC, 4, 0x10 + 2 * 4);
      mmio.write(IO_APIC + 0x10, 4, low);
    };
    io.writePort(0x21, 1, 0xff);
    assert.equal(consoleInterrupts(board), false);
    io.writePort(0x3f9, 1, 1);
    io.writePort(0x3fc, 1, 8);
    assert.equal(consoleInterrupts(board), false, 'everything is masked');
    io.writePort(0x21, 1, 0xef);
    assert.equal(consoleInterrupts(board), true, 'the 8259');
    io.writePort(0x21, 1, 0xff);
    redirect(0x34);
    assert.equal(consoleInterrupts(board), true, 'the I/O APIC');
    redirect(0x1_0034);
    assert.equal(consoleInterrupts(board), false);
  });
});
