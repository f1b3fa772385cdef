import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { consoleInterrupts, keyboardInterrupts } from '../../src/session/console-wake';

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

  it('a key does too, if the keyboard controller asks and may', () => {
    const { board } = new Machine({ ramSize: 4 * MB });
    const { io } = board;
    const commandByte = (value: number): void => {
      io.writePort(0x64, 1, 0x60);
      io.writePort(0x60, 1, value);
    };
    io.writePort(0x21, 1, 0xff);
    assert.equal(keyboardInterrupts(board), false, 'masked');
    io.writePort(0x21, 1, 0xfd);
    assert.equal(keyboardInterrupts(board), true);
    commandByte(0x44);
    assert.equal(keyboardInterrupts(board), false, 'no interrupt is asked for');
    commandByte(0x55);
    assert.equal(keyboardInterrupts(board), false, 'the keyboard is held');
    commandByte(0x45);
    assert.equal(keyboardInterrupts(board), true);
    io.writePort(0x60, 1, 0xf5);
    assert.equal(keyboardInterrupts(board), false, 'the keyboard does not scan');
  });
});
