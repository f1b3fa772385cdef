/**
 * A command line for a program: at 500h, the free memory behind a PC's BIOS data, as bytes that end with a zero; rAX has the
 * address, and is 0 for a program without one. Multiboot and Linux have protocols of their own.
 */
import { BootError, hex } from './boot-error';
import type { BootImage } from './image';
import { textBytes } from './kernel-options';

const COMMAND_LINE = 0x500;
/** Up to the first page of most programs and page tables. */
const ROOM = 0x1000 - COMMAND_LINE;

export function withCommandLine(image: BootImage, text: string): BootImage {
  const bytes = textBytes(text, 'the command line');
  if (bytes.length > ROOM) {
    throw new BootError(`a command line of ${text.length} characters is too long: ${ROOM - 1} are the most`);
  }
  const hit = image.segments.find(
    (s) => s.address < COMMAND_LINE + bytes.length && COMMAND_LINE < s.address + s.bytes.length,
  );
  if (hit) {
    throw new BootError(
      `the program's bytes at ${hex(hit.address)} lie where the command line goes, at ${hex(COMMAND_LINE)}`,
    );
  }
  return {
    ...image,
    segments: [...image.segments, { address: COMMAND_LINE, bytes }],
    registers: { ...image.registers, rax: COMMAND_LINE },
  };
}
