/** Single instructions, written in every manner of writing; nasm and the built-in assembler take or refuse each alike. */
const TEXTS = `
mov al,[0x1234] | mov eax,[0x1234] | mov [0x1234],eax | mov eax,[dword 0x1234] | mov eax,[qword 0x1234]
mov eax,[abs 0x1234] | mov eax,[abs qword 0x1234] | mov rax,[0x123456789a] | mov eax,[a32 0x1234]
a32 mov eax,[0x1234] | mov eax,[word 0x1234] | mov eax,[rel 0x1234] | mov eax,[fs:0x1234] | fs mov eax,[0x1234]
mov rax,1 | mov rax,-1 | mov rax,0xffffffff | mov rax,0x80000000 | mov rax,0x7fffffff | mov rax,0x123456789
mov rax,0xffffffff80000000 | mov rax,strict dword 1 | mov rax,dword 1 | mov rax,qword 1 | mov rax,strict qword 1
mov rax,dword -1 | mov eax,strict dword 1 | mov rax,$-$$ | mov qword [rax],-1 | mov qword [rax],0xffffffff
mov qword [rax],0x123456789 | mov r8,1 | mov al,256 | mov al,-129 | mov ax,65536 | mov eax,0x1ffffffff
mov eax,-0x80000001 | mov byte [rax],300 | add rax,0xffffffff | add rax,0xffffffffffffffff | add rax,0x80000000
add rax,127 | add rax,128 | add rax,-128 | add ax,0xffff | add ax,0xff80 | add eax,0xffffffff
add eax,0xffffff80 | add eax,strict byte 5 | add eax,strict dword 5 | add eax,byte 5 | add eax,dword 5
add ecx,dword 5 | add ecx,byte 0x90 | add cx,word 5 | add al,5 | add cl,5 | add cl,byte 5 | add byte [rax],-1
add [rax],byte 5 | add [rax],dword 5 | add [rax],5 | add rax,strict dword 5 | add rcx,strict qword 5
add rax,qword 5 | xchg ecx,edx | xchg eax,edx | xchg edx,eax | xchg eax,eax | xchg rax,rax | xchg ax,ax
xchg cl,dl | xchg [rax],ecx | xchg ecx,[rax] | xchg eax,r8d | test ecx,edx | test ecx,[rax] | test [rax],ecx
test al,5 | test eax,5 | test ecx,5 | test rax,-1 | test byte [rax],1 | test eax,strict byte 5 | test ecx,byte 5
mov ax,ds | mov eax,ds | mov rax,ds | mov r8,fs | mov ds,ax | mov ds,eax | mov ds,[rax] | mov ds,word [rax]
mov ds,dword [rax] | mov [rax],ds | mov word [rax],ds | mov dword [rax],ds | mov cs,ax | imul eax,5
andn eax,ecx,edx | andn rax,rcx,[rdx] | andn r8,r15,r9 | bextr eax,[rbx],ecx | blsr rax,r8 | mulx eax,ecx,edx
rorx rax,rcx,5 | shlx eax,[r8+r9*4],r10d | pdep rax,rcx,rdx | andn ax,cx,dx | adcx eax,[rbx] | adox r8,r9
crc32 eax,al | crc32 eax,cx | crc32 rax,cl | crc32 rax,rcx | crc32 eax,rcx | crc32 eax,[rbx] | crc32 eax,word [rbx]
aam | aam 16 | aad | aad 7 | aaa | das | bound ax,[bx] | bound eax,[ebx+4]
imul eax,500 | imul eax,ecx | imul eax,ecx,5 | imul eax,[rax],5 | imul rax,rcx,500 | imul rax,rcx,0xffffffff
imul ax,cx,0xffff | imul ecx,byte 5 | imul ecx,strict dword 5 | imul ecx,[rax],strict dword 5 | push 5
push 500 | push byte 5 | push word 5 | push dword 5 | push qword 5 | push strict byte 5 | push strict word 5
push strict dword 5 | push strict qword 5 | push -1 | push 0xffffffff | push 0x80000000 | push 0xffff
push word 0xffff | push rax | push eax | push ax | push r8 | push fs | push cs | pop fs | pop rax | pop ax
pop r8w | push [rax] | push word [rax] | push dword [rax] | push qword [rax] | pop qword [rax] | pop word [rax]
pop dword [rax] | shl eax,1 | shl eax,byte 1 | shl eax,strict byte 1 | shl eax,2 | shl eax,cl
shl dword [rax],1 | shl byte [rax],cl | shl [rax],cl | shl eax,dword 2 | sal eax,1 | shld eax,ecx,5
shld [rax],ecx,5 | shld eax,ecx,cl | bt eax,ecx | bt [rax],ecx | bt eax,5 | bt dword [rax],5 | bt [rax],5
bt eax,-1 | bts qword [rax],63 | int 3 | int3 | int 0x80 | int1 | icebp | enter 16,0 | enter 65536,0 | ret 8
ret | retn | retf | retf 8 | o64 retf | retfq | retq | retw | retd | retfw | retfd | iret | iretw | iretd
iretq | in al,0x60 | in eax,dx | in ax,dx | in rax,dx | in al,dx | out 0x60,al | out dx,eax | out 0x60,eax
jmp $ | jmp short $ | jmp near $ | jmp strict near $ | jmp dword $ | jmp word $ | jmp strict dword $
jmp 0x1000 | call 0x1000 | call $ | call near $ | call strict near $ | jc $ | jc near $ | jc strict near $
jc short $ | jz 0x1000 | jmp rax | jmp eax | jmp near rax | jmp [rax] | jmp near [rax] | jmp qword [rax]
jmp dword [rax] | jmp word [rax] | jmp far [rax] | jmp far qword [rax] | jmp far dword [rax]
jmp far word [rax] | jmp qword far [rax] | call [rax] | call rax | call ax | call word [rax] | call far [rax]
call far qword [rax] | jmp 8:0 | jmp 8:0x1234 | jmp dword 8:0 | jmp word 8:0x1234 | jmp 8:dword 0x1234
jmp far 0x1234 | call 8:5 | call dword 8:5 | loop $ | loop $,ecx | loop $,cx | loop $,rcx | loope $
loopnz $,ecx | jcxz $ | jecxz $ | jrcxz $ | a32 jecxz $ | a16 loop $ | vmrun | vmload | invlpga
invlpga rax,ecx | invlpga eax,ecx | clgi | stgi | vmmcall | mov rax,cr0 | mov eax,cr0 | mov cr0,rax
mov cr0,eax | mov cr8,rax | mov cr8,eax | mov eax,cr8 | mov dr7,rax | mov dr7,eax | mov r8,cr3 | mov cr9,rax
mov dr8,rax | lgdt [rax] | lgdt [0x1234] | sgdt [rax] | lgdt dword [rax] | o32 lgdt [rax] | lmsw ax | lmsw eax
lmsw [rax] | smsw ax | smsw eax | smsw rax | smsw [rax] | smsw word [rax] | smsw dword [rax] | sldt ax
sldt eax | sldt rax | sldt [rax] | sldt dword [rax] | sldt qword [rax] | str ax | str eax | str rax | str [rax]
lldt ax | lldt eax | lldt rax | ltr ax | ltr eax | ltr [rax] | ltr word [rax] | ltr dword [rax] | verr ax
verr eax | verr [rax] | lar ax,bx | lar eax,bx | lar eax,ebx | lar rax,bx | lar rax,rbx | lar rax,ebx
lar eax,[rax] | lar eax,word [rax] | lar eax,dword [rax] | lsl rax,rcx | lss eax,[rax] | lss rax,[rax]
lfs ax,[rax] | lfs eax,dword [rax] | invlpg [rax] | invlpg qword [rax] | swapgs | rdtscp | ud0 | ud1 eax,ecx
ud2 | ud2a | nop | nop eax | nop dword [rax] | nop [rax] | o16 nop | prefetch [rax] | prefetchw [rax]
prefetchw dword [rax] | prefetchnta [rax] | endbr64 | endbr32 | pause | clflush [rax] | lfence | sysretq
o64 sysret | sysret | movzx eax,byte [rax] | movzx eax,[rax] | movzx eax,al | movzx ax,al | movzx eax,ax
movzx rax,ax | movzx ax,ax | movzx rax,ah | movzx eax,dword [rax] | movzx rax,eax | movsx rax,eax
movsxd rax,eax | movsxd rax,[rax] | movsxd eax,eax | movsxd ax,eax | movsxd eax,dword [rax] | movsx ax,[rax]
movsx rax,byte [rax] | movsx rax,dword [rax] | movsx eax,[rax] | lea eax,[rax] | lea ax,[rbx+rcx*4]
lea rax,dword [rax] | lea rax,byte [rax] | lea rax,[eax] | bswap eax | bswap rax | bswap ax | xlatb | xlat
movbe eax,[rax] | movbe [rax],rcx | movbe ax,word [rax] | cmpxchg8b [rax] | cmpxchg8b qword [rax]
cmpxchg16b [rax] | cmpxchg16b oword [rax] | cmpxchg [rax],ecx | xadd [rax],cl | popcnt eax,[rax] | lzcnt rax,rcx
tzcnt ax,cx | setc al | setc [rax] | setc byte [rax] | cmovc eax,[rax] | cmovnae rax,rcx | rdpmc | hlt | pushf
pushfw | pushfd | pushfq | popfq | popf | popfw | pusha | pushad | leave | o16 leave | o16 push rax | movsb
movsq | rep movsb | repe cmpsb | repne scasb | repnz scasb | repz cmpsw | lock inc dword [rax]
lock add [rax],ecx | a32 movsb | a32 lodsb | es lodsb | fs lodsb | fs movsb | rep stosq | insb | insw | insd
outsb | rep outsd | lock mov eax,ecx | lock inc eax | rep nop | movsd | cmpsd | jmp near dword $
jmp dword near $ | jmp strict near dword $ | jmp dword short $ | jmp dword 0x1000 | jc near dword $
jc near word $ | call dword $ | call word $ | jmp ax | jmp [bx] | jmp dword [bx] | jmp word [bx] | jmp far [bx]
jmp far dword [bx] | jmp far word [bx] | jmp dword far [bx] | jmp 8:0x12345 | a32 loop $ | invlpga ax,ecx
lgdt [bx] | o32 lgdt [bx] | sldt [bx] | lss eax,[bx] | les ax,[bx] | mov [bx],ds | mov ds,[bx] | push 0x10000
push dword 500 | push [bx] | push word [bx] | push dword [bx] | pop es | pop ds | popfd | pushaw | popad
o32 ret | o32 retf | o16 ret | enter 4,0 | o32 leave | into | lodsd | movsw | outsw | inc ax | inc eax | dec cx
inc byte [bx] | mov [0x1234],ax | a16 mov eax,[0x1234] | mov ecx,[dword 0x1234] | mov eax,[byte 0x12]
mov eax,[0x12345] | mov ecx,[0x12345] | add [bx],ax | add eax,-1 | add eax,0xffff | imul ax,5 | call [bx]
call far [bx] | lea ax,[eax] | lea eax,[bx] | fs mov eax,[eax+4] | lock add dword [fs:eax],5 | rep movsd
a32 rep movsd | mov ax,[bx+si] | mov ax,[si+bx] | mov ax,[bp+di] | mov ax,[bp] | mov ax,[bp+0]
mov ax,[bx+di+5] | mov ax,[bx+500] | mov ax,[di] | mov ax,[bx*1+si] | mov ax,[cx] | mov ax,[bx-1]
mov ax,[bx+0xffff] | mov ax,[bx+0xff80] | mov ax,[eax+0xffffffff] | arpl [bx],ax | mov ecx,[eax] | mov ecx,[rbp]
mov ecx,[r13] | mov ecx,[rsp] | mov ecx,[r12] | mov ecx,[rbp+rax] | mov ecx,[rax+rbp] | mov ecx,[rax*1+rbp]
mov ecx,[rax*1] | mov ecx,[rax*2] | mov ecx,[rax*3] | mov ecx,[rax*4] | mov ecx,[rax*5] | mov ecx,[rax*8]
mov ecx,[rax*9] | mov ecx,[rax*2+4] | mov ecx,[nosplit rax*2] | mov ecx,[nosplit rax*1] | mov ecx,[rax+rax]
mov ecx,[rax+rax*2] | mov ecx,[rax*2+rax] | mov ecx,[rax+rsp] | mov ecx,[rsp+rax] | mov ecx,[rsp*1+rax]
mov ecx,[rsp+rsp] | mov ecx,[rsp*2] | mov ecx,[rax+rbx*4] | mov ecx,[rbx*4+rax] | mov ecx,[rbx*4+rax+127]
mov ecx,[rbx*4+rax+128] | mov ecx,[rbx+byte 5] | mov ecx,[byte rbx+5] | mov ecx,[dword rbx+5]
mov ecx,[rbx+5-5] | mov ecx,[byte rbx] | mov ecx,[dword rbx] | mov ecx,[qword rbx] | mov ecx,[rbx+0x80000000]
mov ecx,[rbx+0xffffffff] | mov ecx,[rbx-1] | mov ecx,[rbx+0xffffffffffffffff] | mov ecx,[eax+0xffffffff]
mov ecx,[0xffffffff] | mov ecx,[0xffffffffffffffff] | mov ecx,[-1] | mov ecx,[rbx+rax*4-128] | mov ecx,[r8+r9*8]
mov ecx,[r12+r13] | mov ecx,[r13+r12] | mov ecx,[r12*2+r13] | mov ecx,[r12*1+rsp] | mov ecx,[r9d]
mov ecx,[eax+ebx] | mov ecx,[eax+rbx] | mov ecx,[rel $] | mov ecx,[rel rax] | cmp dword [rip+5],500
mov ecx,[rip+5] | fs mov ecx,[gs:rax] | mov ecx,[fs:rax] | mov ecx,fs:[rax] | mov ecx,[ds:rax]
mov ecx,[es:rax] | mov ecx,[ss:rax] | mov ecx,[cs:rbp] | mov dword fs:[rax],1 | lock add word [fs:eax],5
rep movsw | a32 rep movsw | o16 mov eax,ecx | o32 mov eax,ecx | o64 mov eax,ecx | o32 add ax,cx | mov ah,bl
mov ah,spl | mov ah,r8b | mov spl,al | mov [rax],ah | mov [r8],ah | mov sil,[rax] | add [rax+rbx*3],ecx
add [rax+rbx+rcx],ecx | mov eax,[rax*2+rbx*2] | mov eax,[ax] | mov eax,[bx+si] | mov eax,[-rax]
mov eax,[rax-rbx] | mov eax,[rax+rbx-rbx] | mov eax,[rax+rbx*2-rbx] | mov eax,[2*rax] | mov eax,[4*rax+rbx+8]
mov eax,[rax*(1+1)] | mov eax,[(rax+rbx)*2] | mov eax,[rax+3*4] | mov [rax],dword 5 | mov dword [rax],dword 5
mov [rax],byte 5 | mov byte [rax],dword 5 | mov word [rax],5 | mov [rax],al | mov eax,dword [rax]
mov eax,word [rax] | mov eax, dword ecx | mov dword eax, ecx | mov byte eax, ecx | mov eax, byte [rax]
add al,ax | mov eax,ax | cmp [rax],ax | cmp eax,'abcd' | cmp eax,"ab" | mov rax,'abcdefgh' | mov al,'a'
fadd st1 | fadd to st1 | fadd | faddp | faddp st1 | faddp st1,st0 | fadd st0,st1 | fadd st1,st0 | fsub st2
fsub to st2 | fsubp | fsubrp | fmulp | fdivp | fdivrp | fmul | fsub | fsubr | fdiv | fdivr | fmul st3 | fdivr st3
fsubr to st3 | fdiv to st3 | fcom | fcom st2 | fcomp | fcomp st2 | fucom | fucom st2 | fucomp | fucompp | fucomi
fucomi st2 | fucomi st0,st2 | fcomi | fcomi st2 | fcomip | fcomip st2 | fucomip | fucomip st2 | fcmovb | fcmovb st2
fcmovb st0,st2 | fxch | fxch st2 | fxch st0,st2 | fxch st2,st0 | fst st1 | fstp st1 | fstp | fst | fld | fld st1
fld to st1 | fst to st1 | ffree | ffree st1 | ffreep | ffreep st1 | finit | fninit | fclex | fstcw [rax]
fstcw word [rax] | fstsw ax | fstsw [rax] | fsave [rax] | fstenv [rax] | fnstsw | fstsw | fcmove st3 | fcmovnu st3
fcompp | fwait | wait | feni | fneni | fdisi | fndisi | fsetpm | fadd st0 | fadd to st0 | fadd st0,st0 | faddp st0
fadd st(1) | cmpeqps xmm0,xmm1 | cmpltps xmm0,[rax] | cmpless xmm0,xmm1 | cmpless xmm0,dword [rax]
cmpunordpd xmm0,xmm1 | cmpneqsd xmm0,xmm1 | cmpneqsd xmm0,[rax] | cmpnltps xmm0,xmm1 | cmpnleps xmm0,xmm1
cmpordps xmm0,xmm1 | cmpordpd xmm0, oword [rax] | pclmullqlqdq xmm0,xmm1 | pclmulhqlqdq xmm0,xmm1
pclmullqhqdq xmm0,xmm1 | pclmulhqhqdq xmm0,[rax] | xsave [rax] | xsave64 [rax] | xsavec64 [rax] | fxsave64 [rax]
fldcw [rax] | fnsave [rax] | fsincos | fist [rax] | fild qword [rax] | fadd dword [rax] | fadd [rax] | faddp to st1
fsubp to st2,st0 | fadd to st1,st0 | fmul st0,to st1 | fcom to st1 | fstp to st2 | fadd st0,to st1 | fmul st0,st0
fsubr st0,st0 | cmpeqsd xmm0,qword [rax] | cmpeqss xmm0,[rax] | cmpeqsd xmm0,xmm1,1 | cmpeqps xmm0,oword [rax]
cmpeqps xmm0,qword [rax] | cmpeqps xmm0 | finit eax | fstcw [rel $] | fstcw [es:rax] | a32 fstcw [rax]
o16 fsave [rax] | fs fsave [rax] | fadd st9 | fxch st1,st2 | fxch st2,st2 | fadd st1,st2 | fcmovb st2,st0
fcom st2,st0 | fucomi st2,st0 | fsave | fdecstp st1 | rep fstcw [rax] | pclmulqdq xmm0,xmm1,1
pclmullqlqdq xmm0,oword [rax] | fstsw eax | fstsw word [rax] | fnstsw eax | fldpi
`;

export const SPELLINGS: readonly string[] = TEXTS.trim().split(/ \| |\n/);

/** What only the built-in assembler takes, in one mode: bits, text, bytes. */
export const EXTENSIONS: readonly (readonly [bits: 16 | 32 | 64, text: string, bytes: string])[] = [
  [64, 'vmrun rax', '0f 01 d8'],
  [32, 'vmrun eax', '0f 01 d8'],
  [64, 'vmrun eax', '67 0f 01 d8'],
  [64, 'vmload rax', '0f 01 da'],
  [64, 'vmsave rax', '0f 01 db'],
  [64, 'skinit eax', '0f 01 de'],
  [32, 'skinit', '0f 01 de'],
  [64, 'invlpg byte [rax]', '0f 01 38'],
  [64, 'clflush byte [rax]', '0f ae 38'],
  [64, 'prefetchw byte [rax]', '0f 0d 08'],
  [32, 'jc dword $ + 6', '0f 82 00 00 00 00'],
  [64, 'mov [rax], qword 5', '48 c7 00 05 00 00 00'],
  [32, 'jmp far 8:5', 'ea 05 00 00 00 08 00'],
];

/** What only nasm takes, and what is said of it here. */
export const REFUSED: readonly (readonly [bits: 16 | 32 | 64, text: string, message: RegExp])[] = [
  [64, 'mov ds, qword [rax]', /^no form of mov takes ds, qword memory/],
  [64, 'mov qword [rax], ds', /^no form of mov takes qword memory, ds/],
  [64, 'salc', /^salc does not exist in 64-bit mode/],
  [64, 'sysenter', /^sysenter does not exist in 64-bit mode/],
  [64, 'ud1', /^ud1 takes 2 operands, not 0/],
  [64, 'ud0 eax, ecx', /^ud0 takes no operands, not 2/],
];
