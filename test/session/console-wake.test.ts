import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { ramDma } from '../../src/engine/machine/ram-dma';
import { consoleInterrupts, keyboardInterrupts } from '../../src/session/console-wake';
import { RingDriver } from '../devices/virtio-driver';

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

  it('at a virtio console by INTA# of slot 3, and COM1 hears nothing then', () => {
    const { board, ram } = new Machine({ ramSize: 4 * MB, onVirtioConsole: () => undefined });
    const { io, mmio } = board;
    const route = (value: number): void => {
      io.writePort(0xcf8, 4, 0x8000_0860);
      io.writePort(0xcff, 1, value);
    };
    const redirect = (low: number): void => {
      mmio.write(IO_APIC, 4, 0x10 + 2 * 19);
      mmio.write(IO_APIC + 0x10, 4, low);
    };
    io.writePort(0x3f9, 1, 1);
    io.writePort(0x3fc, 1, 8);
    io.writePort(0x21, 1, 0);
    io.writePort(0xa1, 1, 0);
    assert.equal(consoleInterrupts(board), false, 'nobody drives it');
    const driver = new RingDriver(board, ramDma(ram), 3);
    driver.start(0);
    driver.send(0, [{ address: 0x10_0000, length: 8, write: true }]);
    assert.equal(consoleInterrupts(board), true, 'line 11 of the 8259s');
    io.writePort(0x21, 1, 4);
    assert.equal(consoleInterrupts(board), false, 'the slave is masked');
    io.writePort(0x21, 1, 0xfb);
    assert.equal(consoleInterrupts(board), true);
    io.writePort(0xa1, 1, 8);
    assert.equal(consoleInterrupts(board), false, 'line 11 is masked');
    route(5);
    assert.equal(consoleInterrupts(board), false, 'line 5 is');
    io.writePort(0x21, 1, 0xdf);
    assert.equal(consoleInterrupts(board), true);
    route(0x85);
    assert.equal(consoleInterrupts(board), false, 'routed nowhere');
    redirect(0x1_a034);
    assert.equal(consoleInterrupts(board), false);
    redirect(0xa034);
    assert.equal(consoleInterrupts(board), true, 'the I/O APIC');
    driver.common(0x14, 1, 0);
    assert.equal(consoleInterrupts(board), false, 'reset');
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
