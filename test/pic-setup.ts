/** Assembly that programs the master PIC: interrupts from vector `vectors` up, masked by `mask`; AL is lost. */
export function picSetup(vectors: number | string, mask: number | string): string {
  return `
        mov al, 0x11
        out 0x20, al
        mov al, ${vectors}
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, ${mask}
        out 0x21, al`;
}
