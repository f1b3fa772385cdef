/** The second emulator that runs the ROM programs: Bochs, without a window; its log says nothing that is compared. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Debian's Bochs stops in its debugger first, wants a VGA BIOS and a display: nobody looks at either. */
const CONFIGURATION = (model: string, resets: boolean): string => `
cpu: model=${model}, count=1, ips=50000000, reset_on_triple_fault=${resets ? 1 : 0}
megs: 32
romimage: file=rom.bin, address=0xffff0000
vgaromimage: file=vga.bin
display_library: rfb, options="timeout=0"
sound: driver=dummy
speaker: enabled=0
port_e9_hack: enabled=1
clock: sync=none
panic: action=fatal
error: action=ignore
info: action=ignore
log: bochs.log
`;

export function bochsIsThere(): boolean {
  return !spawnSync('bochs', ['--help'], { stdio: 'ignore', timeout: 20_000 }).error;
}

/** What the image writes to port E9h until it asks for shutdown at port 8900h. */
export function runBochs(rom: Uint8Array, model = 'ryzen', resets = false): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'bochs-'));
  try {
    writeFileSync(path.join(directory, 'rom.bin'), rom);
    writeFileSync(path.join(directory, 'vga.bin'), new Uint8Array(0x8000));
    writeFileSync(path.join(directory, 'bochsrc'), CONFIGURATION(model, resets));
    writeFileSync(path.join(directory, 'commands'), 'c\n'.repeat(resets ? 2000 : 1));
    const run = spawnSync('bochs', ['-q', '-f', 'bochsrc', '-rc', 'commands'], {
      cwd: directory,
      encoding: 'latin1',
      timeout: 30_000,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (run.error && !run.stdout) throw run.error;
    // each reset stops the debugger, too;
    // before the first case the debugger shows the first instruction, after the last one where it stands
    const begun = run.stdout.replace(/^[^]*?\nNext at t=0\n[^\n]*\n/, '');
    const whole = begun.replace(/\(0\)\.\[\d+\][^\n]*\nNext at t=\d+\n[^\n]*\n/g, '');
    const text = whole.replace(/\(0\)\.\[\d+\][^]*$/, '');
    return /shutdown requested/.test(run.stderr) ? text : `${text}[${run.error?.message ?? ending(run.stderr)}]`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function ending(words: string): string {
  return /exiting with the following message:\n([^\n]*)/.exec(words)?.[1] ?? 'ended';
}
