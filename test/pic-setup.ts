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

/** Assembly that programs both, from vectors 20h and 28h up: only the slave's pins that `slaveMask` leaves open come through; AL is lost. */
export const picsSetup = (slaveMask: number | string): string => `mov al, 0x11
  out 0x20, al
  out 0xa0, al
  mov al, 0x20
  out 0x21, al
  mov al, 0x28
  out 0xa1, al
  mov al, 4
  out 0x21, al
  mov al, 2
  out 0xa1, al
  mov al, 1
  out 0x21, al
  out 0xa1, al
  mov al, 0xfb
  out 0x21, al
  mov al, ${slaveMask}
  out 0xa1, al`;
