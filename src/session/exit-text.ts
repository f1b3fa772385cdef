/** The exit log as lines of text. */
import { EXIT_CODES, exitName } from '../engine/arch/exit-codes';
import { hexOfHalves } from '../protocol/codec';
import type { ExitLog } from './exit-log';
import type { Guest } from './guests';
import { manualHex as hex } from './number-words';
import { exitWords } from './stop';

/** What an exit is about, in a few words: the port, the MSR, the address. */
export function exitDetail(log: ExitLog, number: number): string {
  const code = log.codeOf(number);
  const info = log.low(number, 'info1');
  switch (code) {
    case EXIT_CODES.VMEXIT_IOIO.code:
      return `${info & 1 ? 'in' : 'out'} port ${hex(info >>> 16)}`;
    case EXIT_CODES.VMEXIT_MSR.code:
      return `${info & 1 ? 'WRMSR' : 'RDMSR'} ${hex(log.low(number, 'rcx') >>> 0)}`;
    case EXIT_CODES.VMEXIT_NPF.code:
      return `GPA ${hex(log.big(number, 'info2'))}`;
    case EXIT_CODES.VMEXIT_CPUID.code:
    case EXIT_CODES.VMEXIT_VMMCALL.code:
      return `RAX ${hex(log.big(number, 'rax'))}`;
    default:
      return exitName(code) && EXIT_CODES[exitName(code)!].exitInfo1.length > 0
        ? `EXITINFO1 ${hex(log.big(number, 'info1'))}`
        : '';
  }
}

/** What became of it: `advance 2`, `inject 13`, and by whom. */
export function outcomeWords(log: ExitLog, number: number): string {
  const outcome = log.outcomeOf(number);
  const value = log.outcomeValueOf(number);
  const handler = log.handlerOf(number);
  const words = outcome === 'advance' || outcome === 'inject' ? `${outcome} ${value}` : outcome;
  return handler === '' ? words : `${handler}: ${words}`;
}

/** All rows the ring keeps, and a line that counts. */
export function exitLogText(log: ExitLog, guests: readonly Guest[]): string {
  const lines: string[] = [];
  if (log.oldest > 1) lines.push(`(${log.oldest - 1} older exits are gone)`);
  for (let number = Math.max(1, log.oldest); number <= log.total; number++) {
    const guest = guests[log.guestOf(number)]?.identity.letter ?? '?';
    const rip = hexOfHalves(log.low(number, 'rip'), log.high(number, 'rip'));
    const columns = [
      String(number).padStart(6),
      String(log.timeOf(number)).padStart(12),
      guest,
      exitWords(log.codeOf(number)).padEnd(22),
      rip.padEnd(18),
      exitDetail(log, number).padEnd(18),
      outcomeWords(log, number),
    ];
    lines.push(columns.join('  ').trimEnd());
  }
  lines.push(`${log.total} #VMEXITs`);
  return `${lines.join('\n')}\n`;
}
