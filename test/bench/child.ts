/** One engine in this process: runs a ROM and prints a line a workload. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Machine } from '../../src/engine/machine/machine';
import { markers, romOf } from './engines';
import type { Bits, Times } from './engines';

const SLICE = 1_000_000;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export async function runChild(engine: string, bits: Bits): Promise<void> {
  const times = engine === 'v86' ? await onV86(bits) : onOurs(bits, engine === 'interpreter' ? Infinity : undefined);
  for (const [name, { checksum, seconds }] of times) process.stdout.write(`${name} ${checksum} ${seconds}\n`);
  process.exit(0);
}

/** `compileAfter` Infinity: without compiled regions. */
function onOurs(bits: Bits, compileAfter: number | undefined): Times {
  let done = false;
  const { times, hear } = markers(cpu, () => (done = true));
  const machine = new Machine({ ramSize: 128 << 20, rom: readFileSync(romOf(bits)), onDebugcon: hear, compileAfter });
  while (!done) {
    const stop = machine.run(machine.clock.now + SLICE);
    if (stop.kind !== 'time' && !done) throw new Error(`the machine stopped: ${JSON.stringify(stop)}`);
  }
  return times;
}

/** The part of v86 that is used. */
interface V86Module {
  readonly V86: new (options: object) => { add_listener(event: string, hear: (byte: number) => void): void };
}

function onV86(bits: Bits): Promise<Times> {
  const require = createRequire(path.resolve('package.json'));
  const main = require.resolve('v86');
  const { V86 } = require('v86') as V86Module;
  const bytes = readFileSync(romOf(bits));
  return new Promise((resolve) => {
    const { times, hear } = markers(cpu, () => resolve(times));
    const machine = new V86({
      wasm_path: path.join(path.dirname(main), 'v86.wasm'),
      memory_size: 128 << 20,
      vga_memory_size: 2 << 20,
      bios: { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
      autostart: true,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
    });
    machine.add_listener('serial0-output-byte', hear);
  });
}
