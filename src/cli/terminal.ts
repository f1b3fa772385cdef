/** Standard input as the far end of the console. */
import type { Runner } from '../session/runner';

export const CTRL_C = 0x03;
/** `Ctrl+]`, as telnet has it. */
export const CTRL_BRACKET = 0x1d;

/** Passes what is typed or piped in; in a terminal the byte `escape` ends the run. Returns what gives the terminal back. */
export function listenToTerminal(runner: Runner, escape: number): () => void {
  const { stdin } = process;
  const raw = stdin.isTTY;
  const hear = (bytes: Buffer): void => {
    if (raw && bytes.includes(escape)) runner.pause();
    else runner.type(bytes);
  };
  const end = (): void => runner.closeInput();
  const interrupt = (): void => runner.pause();
  if (raw) stdin.setRawMode(true);
  stdin.on('data', hear);
  stdin.on('end', end);
  stdin.on('error', end);
  stdin.resume();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    stdin.off('data', hear);
    stdin.off('end', end);
    stdin.off('error', end);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    if (raw) stdin.setRawMode(false);
    stdin.pause();
    // a file or a device has none
    (stdin as { unref?: () => void }).unref?.();
  };
}
