/** Shadow paging against nested paging and against the bare machine: the same programs, the same memory, registers and console. */
import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import type { BootImage } from '../../src/engine/machine/boot/image';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import type { Machine } from '../../src/engine/machine/machine';
import { shadowMismatches } from '../../src/session/inspect/shadow';
import type { Vm } from '../../src/hypervisor/vm';
import { Random } from '../mmu/random-tables';
import { EXIT } from './guest';
import { pagingScript, SCRIPT_MEMORY_MB, type ScriptFormat } from './paging-script';
import { asGuest, difference, onMachine, type Result, type Run } from './three-ways';

function imageOf(source: string, bits: 16 | 32 | 64): BootImage {
  const assembly = assemble(source, { file: 'guest.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics.slice(0, 3)));
  return startState(loadFlat(assembly.bytes, { bits, origin: Number(assembly.origin) }));
}

/** Fails at the first exit after which the shadow says something else than map ∘ guest; looks at every `every`th. */
function invariant(every: number): (vm: Vm, machine: Machine) => void {
  let exits = 0;
  return (vm, machine) => {
    if (exits++ % every !== 0) return;
    assert.deepEqual(shadowMismatches(machine, vm), [], `after exit ${exits}`);
  };
}

/** Runs it three ways; what they leave must be the same. */
function sameThreeWays(
  run: Run,
  every = 1,
): { readonly bare: Result; readonly nested: Result; readonly shadow: Result } {
  const bare = onMachine(run);
  const nested = asGuest('nested', run);
  const shadow = asGuest('shadow', { ...run, afterExit: invariant(every) });
  assert.deepEqual([nested.end, shadow.end], [bare.end, bare.end]);
  assert.deepEqual([nested.console, shadow.console], [bare.console, bare.console]);
  assert.equal(difference(bare.memory, nested.memory), '', 'bare and nested');
  assert.equal(difference(bare.memory, shadow.memory), '', 'bare and shadow');
  assert.deepEqual(shadow.registers, nested.registers);
  assert.equal(shadow.exits['VMEXIT_NPF'], undefined);
  return { bare, nested, shadow };
}

const MEMORY_MB = 4;
const real = (source: string): Run => ({ image: imageOf(`bits 16\norg 0x7c00\n${source}`, 16), memoryMb: MEMORY_MB });
const flat32 = (source: string): Run => ({
  image: imageOf(`bits 32\norg 0x100000\n${source}`, 32),
  memoryMb: MEMORY_MB,
});
const long = (source: string): Run => ({ image: imageOf(`bits 64\norg 0x100000\n${source}`, 64), memoryMb: MEMORY_MB });

/** 32-bit guest with a page directory at 200000h that maps the first 4 MB to themselves by the table at 201000h. */
const PAGED_32 = `
  mov edi, 0x201000
  mov eax, 3
  mov ecx, 1024
fill: stosd
  add eax, 0x1000
  loop fill
  mov dword [0x200000], 0x201003
  mov eax, 0x200000
  mov cr3, eax
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
`;

describe('shadow paging', () => {
  describe('random programs', function () {
    this.timeout(60_000);
    for (const format of ['legacy', 'pae', 'long'] as const satisfies readonly ScriptFormat[]) {
      for (const seed of [11, 12, 13]) {
        it(`${format}, seed ${seed}: every #PF, every value read, every A and D as on the machine`, () => {
          const options = { format, operations: 80, protections: seed % 2 === 1 };
          const source = pagingScript(new Random(seed), options);
          const image = imageOf(source, format === 'long' ? 64 : 32);
          const { bare, shadow } = sameThreeWays({ image, memoryMb: SCRIPT_MEMORY_MB }, 40);
          assert.equal(bare.end, 'exit 0');
          assert.equal(bare.console, 'k');
          assert.ok(shadow.exits['VMEXIT_EXCP_PF']! > 50);
        });
      }
    }
  });

  it('on a processor without decode assists and nRIP', () => {
    const source = pagingScript(new Random(31), { format: 'long', operations: 40, protections: false });
    sameThreeWays({ image: imageOf(source, 64), memoryMb: SCRIPT_MEMORY_MB, model: 'barcelona' }, 40);
  });

  it('real mode: unpaged memory is mapped as it is touched', () => {
    const { shadow } = sameThreeWays(
      real(`
        mov ax, 0x3000
        mov es, ax
        mov di, 0x0ff0
        mov cx, 0x40
        mov al, 0x5a
        cld
        rep stosb
        smsw bx
        mov [0x600], bx
        mov eax, cr0
        mov [0x604], eax
        ${EXIT(3)}`),
    );
    // The code, two pages of the string, and the page of the results.
    assert.equal(shadow.exits['VMEXIT_EXCP_PF'], 4);
    assert.equal(shadow.exits['VMEXIT_CR0_READ'], 2);
  });

  it('real mode to protected mode and back, in and out of paging', () => {
    sameThreeWays(
      real(`
        cli
        lgdt [gdtr]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:protected
      bits 32
      protected:
        mov ax, 16
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 0x90000
        ${PAGED_32}
        mov dword [0x201000 + 0x300 * 4], 0x150003
        inc dword [0x300000]
        mov eax, cr0
        and eax, 0x7fffffff
        mov cr0, eax
        inc dword [0x300000]
        jmp 24:sixteen
      bits 16
      sixteen:
        mov eax, cr0
        and al, 0xfe
        mov cr0, eax
        jmp 0:last
      last:
        xor ax, ax
        mov ds, ax
        inc word [0x700]
        ${EXIT(1)}
      align 8
      gdt: dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00009b000000ffff
      gdtr: dw 31
        dd gdt`),
    );
  });

  it('LMSW and CLTS, from memory too', () => {
    const { shadow } = sameThreeWays(
      flat32(`
        lmsw [word_of_ts]
        smsw [0x300000]
        clts
        mov eax, cr0
        mov [0x300004], eax
        mov ebx, word_of_ts - 4
        mov ecx, 1
        lmsw [ebx + ecx * 4]
        smsw ecx
        mov [0x300008], ecx
        clts
        ${EXIT(0)}
      word_of_ts: dw 9`),
    );
    assert.equal(shadow.exits['VMEXIT_CR0_WRITE'], 4);
  });

  it('D is set by the first write only, A by the first access', () => {
    sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov esi, 0x201000 + 0x300 * 4
        mov eax, [esi]
        mov [0x310000], eax
        mov ebx, [0x300000]
        mov eax, [esi]
        mov [0x310004], eax
        mov [0x300000], ebx
        mov eax, [esi]
        mov [0x310008], eax
        and dword [esi], ~0x60
        invlpg [0x300000]
        mov ebx, [0x300000]
        mov eax, [esi]
        mov [0x31000c], eax
        ${EXIT(0)}`),
    );
  });

  it('a guest that loads PAE page-directory pointers again, and reads CR4 as it wrote it', () => {
    const { shadow } = sameThreeWays(
      flat32(`
        mov dword [0x200000], 0x201001
        mov dword [0x201000], 0x83
        mov dword [0x201008], 0x200083
        mov eax, cr4
        or eax, 0x20
        mov cr4, eax
        mov eax, 0x200000
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        mov eax, cr4
        mov [0x300000], eax
        mov dword [0x200008], 0x201001
        mov eax, cr3
        mov cr3, eax
        inc dword [0x40300000]
        ${EXIT(0)}`),
    );
    assert.ok(shadow.exits['VMEXIT_CR3_WRITE']! >= 2);
  });

  it('page tables mapped into themselves, and code that writes the table it runs by', () => {
    sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov dword [0x200000 + 0x3ff * 4], 0x200003
        mov eax, cr3
        mov cr3, eax
        mov dword [0xffc00000 + 0x300 * 4], 0x310003
        invlpg [0x300000]
        mov dword [0x300000], 0x1234
        mov esi, 0xfffff000
        mov eax, [esi]
        mov [0x300004], eax
        mov edi, 0xffc00000
        mov ecx, 1024
      again: or dword [edi], 0x200
        add edi, 4
        loop again
        ${EXIT(0)}`),
    );
  });

  it('a write across two pages of tables, and a stack that lies in one', () => {
    sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov dword [0x200004], 0x202003
        mov dword [0x201ffe], 0x00030000
        mov esp, 0x202ff0
        push dword 0x300003
        push dword 0x301003
        call there
        mov eax, cr3
        mov cr3, eax
        mov eax, [0x7fb000]
        ${EXIT(0)}
      there: ret`),
    );
  });

  it('a table that is none any more is written without exits', () => {
    const { shadow } = sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov dword [0x200004], 0x202003
        mov dword [0x202000], 0x300003
        mov eax, [0x400000]
        mov dword [0x200004], 0
        mov eax, cr3
        mov cr3, eax
        mov ecx, 200
      again: mov [0x202000 + ecx * 4], ecx
        mov al, cl
        out 0x80, al
        loop again
        ${EXIT(0)}`),
      8,
    );
    assert.ok(shadow.exits['VMEXIT_EXCP_PF']! < 40, JSON.stringify(shadow.exits));
  });

  it('tables written in a loop cost one exit a page, not one an entry', () => {
    const { shadow } = sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov ebp, 20
      round: mov edi, 0x201000
        mov ecx, 1024
      next: xor dword [edi], 0x200
        add edi, 4
        loop next
        mov eax, cr3
        mov cr3, eax
        dec ebp
        jnz round
        ${EXIT(0)}`),
      8,
    );
    assert.ok(shadow.exits['VMEXIT_EXCP_PF']! < 80, JSON.stringify(shadow.exits));
  });

  it('processes: a switch of CR3 finds the shadow of before', () => {
    const { shadow } = sameThreeWays(
      flat32(`
        ${PAGED_32}
        mov dword [0x203000], 0x201003
        mov ecx, 100
      again: mov eax, 0x203000
        mov cr3, eax
        inc dword [0x300000]
        mov eax, 0x200000
        mov cr3, eax
        inc dword [0x300000]
        loop again
        ${EXIT(0)}`),
      8,
    );
    assert.equal(shadow.exits['VMEXIT_CR3_WRITE'], 201);
    assert.ok(shadow.exits['VMEXIT_EXCP_PF']! < 20, JSON.stringify(shadow.exits));
  });

  it('more tables than the budget holds: all are dropped, and built again', () => {
    const { shadow } = sameThreeWays(
      long(`
        mov rdi, 0x200000
        mov rcx, 300
        mov rax, 0x202003
      pdes: mov [rdi], rax
        add rdi, 8
        loop pdes
        mov qword [0x202000], 0x300003
        mov rdi, 0x82000
        mov qword [rdi + 8], 0x200003
        mov rax, cr3
        mov cr3, rax
        mov rbx, 0x40000000
        mov rcx, 300
      again: inc dword [rbx]
        add rbx, 0x200000
        loop again
        ${EXIT(0)}`),
      64,
    );
    assert.ok(shadow.exits['VMEXIT_EXCP_PF']! >= 300);
  });

  it('a large page in two places: written in one, read and then written in the other', () => {
    sameThreeWays(
      long(`
        mov qword [0x83000 + 8 * 100], 0x200083
        mov qword [0x83000 + 8 * 101], 0x200083
        mov rax, cr3
        mov cr3, rax
        inc dword [0x80 + 0x200000 * 100]
        mov eax, [0x80 + 0x200000 * 101]
        inc dword [0x80 + 0x200000 * 101]
        mov rax, [0x83000 + 8 * 101]
        mov [0x300000], rax
        ${EXIT(0)}`),
    );
  });

  it('a fault while another is delivered: #DF by the guest’s gate, else the end', () => {
    const double = (gate: string): Run =>
      long(`
        lidt [idtr]
        ${gate}
        mov rax, 0x8000000000
        mov al, [rax]
        hlt
      handler: ${EXIT(8)}
      idtr: dw 0xfff
        dq 0x210000`);
    const gated = double(
      'mov eax, handler\nmov [0x210080], ax\nmov word [0x210082], 8\nmov word [0x210084], 0x8e00\nshr eax, 16\nmov [0x210086], ax',
    );
    // RF of the saved flags may differ: the image of an injected #PF has it, and #DF takes it along.
    assert.deepEqual(
      [onMachine(gated), asGuest('nested', gated), asGuest('shadow', gated)].map(({ end }) => end),
      ['exit 8', 'exit 8', 'exit 8'],
    );
    const run = double('');
    const [nested, shadow] = [asGuest('nested', run), asGuest('shadow', run)];
    assert.match(nested.end, /^triple fault/);
    assert.equal(shadow.end, nested.end);
  });
});
