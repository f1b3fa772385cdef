; Reads the serial console and answers: what you type in the terminal comes back in capitals. A dot ends it.
;
; COM1 interrupts when a byte has come, so that the guest sleeps in HLT between two keys. Each HLT is a #VMEXIT; the hypervisor lets
; the processor rest until the interrupt is there and injects it.
bits 16
org 0x7c00

COM1          equ 0x3f8
IER           equ 1                 ; interrupt enable
MCR           equ 4                 ; modem control
LSR           equ 5                 ; line status
PIC           equ 0x20
PIC_MASK      equ 0x21
COM1_VECTOR   equ 0x0c              ; IRQ 4 where the PIC maps IRQ 0 to vector 8
END_INTERRUPT equ 0x20

_start:
    cli
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7c00
    mov word [COM1_VECTOR * 4], received
    mov word [COM1_VECTOR * 4 + 2], 0

    mov al, 0x11                    ; the PIC: edge triggered, cascade
    out PIC, al
    mov al, 8
    out PIC_MASK, al
    mov al, 4
    out PIC_MASK, al
    mov al, 1
    out PIC_MASK, al
    mov al, ~(1 << 4) & 0xff        ; IRQ 4 alone
    out PIC_MASK, al

    mov dx, COM1 + MCR
    mov al, 0x0b                    ; DTR, RTS, and OUT2 lets interrupts through
    out dx, al
    mov dx, COM1 + IER
    mov al, 1                       ; received data
    out dx, al

    mov si, prompt
    call print
.sleep:
    sti
    hlt
    jmp .sleep

; Bytes have come. The PIC hears edges only: whoever answers reads until there are none left.
received:
    mov dx, COM1 + LSR
    in al, dx
    test al, 1
    jz .done
    mov dx, COM1
    in al, dx
    cmp al, '.'
    je .over
    cmp al, 'a'
    jb .answer
    cmp al, 'z'
    ja .answer
    sub al, 'a' - 'A'
.answer:
    call put
    cmp al, 13
    jne received
    mov al, 10
    call put
    jmp received
.done:
    mov al, END_INTERRUPT
    out PIC, al
    iret
.over:
    mov si, farewell
    call print
    cli
    hlt

print:
    lodsb
    test al, al
    jz .done
    call put
    jmp print
.done:
    ret

; Sends AL.
put:
    mov bl, al
    mov dx, COM1 + LSR
.wait:
    in al, dx
    test al, 0x20
    jz .wait
    mov dx, COM1
    mov al, bl
    out dx, al
    ret

prompt:   db 'Type something (a dot ends it): ', 0
farewell: db 13, 10, 'Goodbye.', 13, 10, 0
