; A guest in long mode that greets on its serial port, COM1.
;
; The loader has made it easy: paging is on, the first 4 GB are mapped to themselves, RSP points to free memory. Every OUT is a
; #VMEXIT, because the hypervisor intercepts all ports: set a breakpoint on I/O ports in the Breakpoints view, press F5, and look at
; the VMCB.
bits 64
org 0x100000

COM1        equ 0x3f8
LINE_STATUS equ 5
THRE        equ 0x20                ; the transmitter takes another byte

_start:
    lea rsi, [rel greeting]
    call print
    mov eax, 0x40000000             ; who is the hypervisor?
    cpuid
    cli
    hlt                             ; nothing can end this: the run is over

; Prints the text at RSI, which ends with a zero byte.
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
    mov dx, COM1 + LINE_STATUS
.wait:
    in al, dx
    test al, THRE
    jz .wait
    mov dx, COM1
    mov al, bl
    out dx, al
    ret

greeting: db 'Hello from guest mode!', 13, 10, 0
