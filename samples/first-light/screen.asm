; Writes to the text screen and reads the keyboard: a character in colour is two bytes at B8000h, a key is an interrupt and a scan code
; at port 60h. Type in the screen's terminal; Esc ends it.
;
; Every store to the screen is a #VMEXIT (NPF): no memory is mapped at B8000h, and the hypervisor shows the byte to its VGA instead.
bits 16
org 0x7c00

COLUMNS         equ 80
TEXT            equ 0xb800          ; segment of the text screen
CRTC            equ 0x3d4           ; index, data behind it
CURSOR_HIGH     equ 0x0e
CURSOR_LOW      equ 0x0f
KEYBOARD        equ 0x60
PIC             equ 0x20
PIC_MASK        equ 0x21
KEYBOARD_VECTOR equ 0x09            ; IRQ 1 where the PIC maps IRQ 0 to vector 8
END_INTERRUPT   equ 0x20

BAR             equ 0x1f            ; white on blue
PLAIN           equ 0x07            ; light grey on black
ANSWER          equ 0x0e            ; yellow on black
CODE            equ 0x1e            ; yellow on blue
FIRST           equ 9 * COLUMNS + 2 ; where answers begin
LAST            equ 25 * COLUMNS    ; and end

ESCAPE          equ 0x01            ; scan codes of set 1
BACKSPACE       equ 0x0e
RETURN          equ 0x1c
LEFT_SHIFT      equ 0x2a
RIGHT_SHIFT     equ 0x36
RELEASED        equ 0x80

%macro say 4                        ; row, column, colour, text
    mov di, (%1 * COLUMNS + %2) * 2
    mov ah, %3
    mov si, %4
    call print
%endmacro

_start:
    cli
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 0x7c00
    mov ax, TEXT
    mov es, ax
    mov word [KEYBOARD_VECTOR * 4], key
    mov word [KEYBOARD_VECTOR * 4 + 2], 0

    mov al, 0x11                    ; the PIC: edge triggered, cascade
    out PIC, al
    mov al, 8
    out PIC_MASK, al
    mov al, 4
    out PIC_MASK, al
    mov al, 1
    out PIC_MASK, al
    mov al, ~(1 << 1) & 0xff        ; IRQ 1 alone
    out PIC_MASK, al

    xor di, di
    mov ax, BAR << 8 | ' '
    call bar
    say 0, 2, BAR, title
    say 0, 65, BAR, scan_code
    say 3, 2, PLAIN, colours
    call palette
    say 7, 2, PLAIN, prompt
    call place_cursor
.sleep:
    sti
    hlt
    jmp .sleep

; A key was pressed or let go.
key:
    in al, KEYBOARD
    push ax
    call show_code
    pop ax
    mov bl, al
    and bl, ~RELEASED               ; which key
    cmp bl, LEFT_SHIFT
    je .shift
    cmp bl, RIGHT_SHIFT
    je .shift
    test al, RELEASED
    jnz .done
    cmp al, ESCAPE
    je .over
    cmp al, RETURN
    je .line
    cmp al, BACKSPACE
    je .back
    cmp al, plain_end - plain
    jae .done
    mov bx, plain
    cmp byte [shifted], 0
    je .look_up
    mov bx, with_shift
.look_up:
    xlatb
    test al, al
    jz .done
    mov di, [position]
    cmp di, LAST
    jae .done
    add di, di
    mov ah, ANSWER
    mov [es:di], ax
    inc word [position]
    jmp .moved
.back:
    cmp word [position], FIRST
    jbe .done
    dec word [position]
    mov di, [position]
    add di, di
    mov ax, PLAIN << 8 | ' '
    mov [es:di], ax
    jmp .moved
.line:                              ; to column 2 of the next row
    mov ax, [position]
    mov bl, COLUMNS
    div bl
    inc al
    mul bl
    add ax, 2
    cmp ax, LAST
    jae .done
    mov [position], ax
.moved:
    call place_cursor
.done:
    mov al, END_INTERRUPT
    out PIC, al
    iret
.shift:
    shl al, 1                       ; bit 7: it was let go
    setnc [shifted]
    jmp .done
.over:
    say 7, 2, ANSWER, farewell
    cli
    hlt

; The scan code in AL, in two digits at the right of the title.
show_code:
    mov di, (0 * COLUMNS + 76) * 2
    mov ah, CODE
    push ax
    shr al, 4
    call .digit
    pop ax
    and al, 0x0f
.digit:
    cmp al, 10
    jb .store
    add al, 'A' - '0' - 10
.store:
    add al, '0'
    mov [es:di], ax
    add di, 2
    ret

; The cursor goes where the next answer comes.
place_cursor:
    mov dx, CRTC
    mov al, CURSOR_HIGH
    mov ah, [position + 1]
    out dx, ax
    mov al, CURSOR_LOW
    mov ah, [position]
    out dx, ax
    ret

; A row of the character and colour in AX.
bar:
    mov cx, COLUMNS
.next:
    mov [es:di], ax
    add di, 2
    loop .next
    ret

; Four blocks of each of the sixteen colours.
palette:
    mov di, (5 * COLUMNS + 2) * 2
    mov ax, 0xdb                    ; a full block, black
.colour:
    mov cx, 4
.next:
    mov [es:di], ax
    add di, 2
    loop .next
    inc ah
    cmp ah, 16
    jb .colour
    ret

; Prints at ES:DI in the colour AH.
print:
    lodsb
    test al, al
    jz .done
    mov [es:di], ax
    add di, 2
    jmp print
.done:
    ret

position:   dw FIRST                ; of the cursor
shifted:    db 0

title:      db 'Text screen at B8000h', 0
colours:    db 'Two bytes a character, the second its colour. There are sixteen:', 0
prompt:     db 'Type something. Each key is IRQ 1, and comes back here. Esc ends.', 0
scan_code:  db 'Scan code: ', 0
farewell:   db 'Goodbye. The screen stays as it is: there is nobody to change it.', 0

; Characters by scan code.
plain:      db 0, 0, '1234567890-=', 0, 0, 'qwertyuiop[]', 0, 0, 'asdfghjkl;', 39, '`', 0, 92, 'zxcvbnm,./', 0, '*', 0, ' '
plain_end:
with_shift: db 0, 0, '!@#$%^&*()_+', 0, 0, 'QWERTYUIOP{}', 0, 0, 'ASDFGHJKL:', 34, '~', 0, '|', 'ZXCVBNM<>?', 0, '*', 0, ' '
