/** The same Linux on QEMU: the same kernel by PVH, file system and command line, on `-M pc` with TCG. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ANSWER, LINUX_MEMORY, POWER_OFF, QUESTION, type LinuxImages } from './images';

/** Clock ticks a second in /proc, fixed by Linux's ABI. */
const TICKS = 100;
const LONGEST_MS = 120_000;

export interface QemuRun {
  /** Seconds of processor time to the prompt. */
  readonly cpu: number;
  readonly console: string;
}

/** Processor time of a process so far, in seconds: user and system, proc(5). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

export function bootOnQemu(images: LinuxImages): Promise<QemuRun> {
  const words = [
    '-accel',
    'tcg',
    '-M',
    'pc',
    '-m',
    String(LINUX_MEMORY),
    '-display',
    'none',
    '-nodefaults',
    '-no-reboot',
  ];
  words.push('-serial', 'stdio', '-kernel', images.vmlinux, '-initrd', images.initrd, '-append', images.commandLine);
  const child = spawn('qemu-system-x86_64', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let console = '';
    let cpu: number | undefined;
    let asked = Infinity;
    const limit = setTimeout(() => child.kill(), LONGEST_MS);
    child.stdout.on('data', (bytes: Buffer) => {
      console += bytes.toString('latin1');
      if (cpu === undefined && console.includes(images.prompt)) {
        cpu = cpuOf(child.pid!);
        asked = console.length;
        child.stdin.write(`${QUESTION}\n`);
      } else if (console.indexOf(images.prompt, asked) >= 0) {
        asked = Infinity;
        child.stdin.write(`${POWER_OFF}\n`);
      }
    });
    child.on('error', (error) => reject(new Error(`qemu-system-x86_64 cannot be started: ${error.message}`)));
    child.on('close', () => {
      clearTimeout(limit);
      const right = ANSWER.test(console.replace(/\r/g, ''));
      if (cpu !== undefined && right) resolve({ cpu, console });
      else reject(new Error(`Linux did not answer on QEMU; the console said last:\n${console.slice(-3000)}`));
    });
  });
}
