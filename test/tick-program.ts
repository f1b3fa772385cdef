/** A program for real mode that is interrupted by counter 0 of the 8254. */
import { picSetup } from './pic-setup';

/** Every `divisor` ticks of the 8254's clock (1,193,182 a second) `tick` is run; in between `between`, again and again. */
export const tickProgram = (divisor: number, between: string, tick: string): string => `bits 16
org 0x7c00
_start: xor ax, ax
mov ds, ax
mov word [8 * 4], tick
mov word [8 * 4 + 2], 0
${picSetup(8, 0xfe)}
mov al, 0x34
out 0x43, al
mov ax, ${divisor}
out 0x40, al
mov al, ah
out 0x40, al
xor ebx, ebx
sti
between: ${between}
jmp between
tick: ${tick}
mov al, 0x20
out 0x20, al
iret
`;
