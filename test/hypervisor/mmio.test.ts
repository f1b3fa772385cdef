import assert from 'node:assert/strict';
import { assemble } from '../../src/assembler/assembler';
import type { AccessSize, MmioTarget } from '../../src/engine/bus/device';
import type { ProfileName } from '../../src/engine/cpu/profiles';
import { loadFlat } from '../../src/engine/machine/boot/flat';
import { startState } from '../../src/engine/machine/boot/start-state';
import { asGuest, difference, onMachine, type Result, type Run } from './three-ways';

/** In the hole below 1 MB, so that real mode reaches it. */
const DEVICE = 0xc_8000;
const RESULTS = 0x8000;

/** Memory of a device, which tells what it was asked. */
class Recorder implements MmioTarget {
  readonly name = 'recorder';
  readonly log: string[] = [];
  private readonly view = new DataView(Uint8Array.from({ length: 0x1000 }, (_, n) => n * 37 + 129).buffer);

  readMmio(offset: number, size: AccessSize): number {
    const value = this.at(offset, size);
    this.log.push(`read ${size} at ${offset.toString(16)}: ${value.toString(16)}`);
    return value;
  }
  writeMmio(offset: number, size: AccessSize, value: number): void {
    this.log.push(`write ${size} at ${offset.toString(16)}: ${value.toString(16)}`);
    if (size === 4) this.view.setUint32(offset, value, true);
    else if (size === 2) this.view.setUint16(offset, value, true);
    else this.view.setUint8(offset, value);
  }
  private at(offset: number, size: AccessSize): number {
    if (size === 4) return this.view.getUint32(offset, true);
    return size === 2 ? this.view.getUint16(offset, true) : this.view.getUint8(offset);
  }
}

type Bits = 16 | 32 | 64;

function run(bits: Bits, source: string, more: Partial<Run> = {}): Run {
  const origin = bits === 16 ? 0x7000 : 0x10_0000;
  const assembly = assemble(`bits ${bits}\norg ${origin}\n${source}`, { file: 'mmio.asm' });
  assert.equal(assembly.failed, false, JSON.stringify(assembly.diagnostics));
  const image = startState(loadFlat(assembly.bytes, { bits, origin }));
  return { image, memoryMb: 4, ...more };
}

interface Way {
  readonly result: Result;
  readonly log: readonly string[];
}

function ways(made: Run): { readonly bare: Way; readonly nested: Way; readonly shadow: Way } {
  const way = (go: (run: Run) => Result): Way => {
    const recorder = new Recorder();
    const result = go({ ...made, attach: (mmio) => mmio.attach(recorder, { base: DEVICE, length: 0x1000 }) });
    return { result, log: recorder.log };
  };
  return {
    bare: way(onMachine),
    nested: way((one) => asGuest('nested', one)),
    shadow: way((one) => asGuest('shadow', one)),
  };
}

/** The device saw the same, and the program left the same behind. */
function same(made: Run): Way {
  const { bare, nested, shadow } = ways(made);
  for (const way of [nested, shadow]) {
    assert.equal(way.result.end, bare.result.end);
    assert.deepEqual(way.log, bare.log);
    // RIP is still on the OUT that ended the guest.
    assert.deepEqual(way.result.registers.slice(0, -1), bare.result.registers.slice(0, -1));
    assert.equal(
      difference(way.result.memory.subarray(0x6000, 0xa_0000), bare.result.memory.subarray(0x6000, 0xa_0000)),
      '',
    );
  }
  return bare;
}

/** `lines` with their flags and rAX stored behind each. */
function checked(bits: Bits, lines: readonly string[]): string {
  const r = bits === 64 ? 'r' : bits === 32 ? 'e' : '';
  const pushf = bits === 64 ? 'pushfq' : bits === 32 ? 'pushfd' : 'pushf';
  const body = lines.map(
    (line) => `${line}
      ${pushf}
      pop ${r}dx
      mov [${r}bp], ${r}dx
      mov [${r}bp + 8], ${r}ax
      lea ${r}bp, [${r}bp + 16]
      mov ${r}dx, ${r}bx`,
  );
  return `
    mov ${bits === 16 ? 'ax, 0xc000\nmov ds, ax\nmov es, ax\nmov sp, 0x7000\nxor ax, ax\nmov ss, ax' : `${r}sp, 0x180000`}
    mov ${r}bp, ${RESULTS}
    mov ${r}bx, ${bits === 16 ? DEVICE - 0xc_0000 : DEVICE}
    mov ${r}cx, 0x1234
    mov ${r}ax, 0x5678
    cld
    ${body.join('\n')}
    mov al, 0
    out 0xf4, al`;
}

const SIZES: Readonly<Record<Bits, readonly (readonly [string, string])[]>> = {
  16: [
    ['byte', 'cl'],
    ['word', 'cx'],
    ['dword', 'ecx'],
  ],
  32: [
    ['byte', 'ch'],
    ['word', 'cx'],
    ['dword', 'ecx'],
  ],
  64: [
    ['byte', 'cl'],
    ['byte', 'sil'],
    ['word', 'cx'],
    ['dword', 'ecx'],
    ['qword', 'rcx'],
    ['qword', 'r9'],
  ],
};

function forms(bits: Bits): string[] {
  const b = bits === 16 ? 'bx' : bits === 32 ? 'ebx' : 'rbx';
  const lines: string[] = [];
  let at = 0;
  for (const [width, reg] of SIZES[bits]) {
    const place = (): string => `${width} [${b} + ${(at += 24) % 0xf00}]`;
    for (const op of [
      'add',
      'or',
      'adc',
      'sbb',
      'and',
      'sub',
      'xor',
      'cmp',
      'test',
      'xchg',
      'mov',
      'xadd',
      'cmpxchg',
    ]) {
      lines.push(`${op} ${place()}, ${reg}`);
    }
    for (const op of ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp', 'mov'])
      lines.push(`${op} ${reg}, ${place()}`);
    for (const op of ['add', 'or', 'adc', 'sbb', 'and', 'sub', 'xor', 'cmp', 'test', 'mov']) {
      lines.push(`stc\n${op} ${place()}, ${width === 'byte' ? -7 : 0x1357}`);
      lines.push(`${op} ${place()}, 3`);
    }
    for (const op of ['inc', 'dec', 'neg', 'not']) lines.push(`${op} ${place()}`);
    // An equal accumulator.
    lines.push(`mov ${width === 'byte' ? 'al' : width === 'word' ? 'ax' : width === 'dword' ? 'eax' : 'rax'}, ${place()}
      mov edx, ${at % 0xf00}
      cmpxchg ${width} [${b} + ${at % 0xf00}], ${reg}`);
    if (width === 'byte') continue;
    for (const op of ['bt', 'bts', 'btr', 'btc']) {
      lines.push(`${op} ${place()}, 13`);
      lines.push(`mov ${reg}, -70\n${op} ${place()}, ${reg}\nmov ${reg}, 77\n${op} ${place()}, ${reg}`);
    }
    lines.push(`movzx ${reg}, byte [${b} + ${at + 1}]`, `movsx ${reg}, byte [${b} + ${at + 2}]`);
    if (width !== 'word') lines.push(`movzx ${reg}, word [${b} + ${at + 4}]`, `movsx ${reg}, word [${b} + ${at + 6}]`);
  }
  lines.push(`lock add dword [${b} + 0x40], 5`, `lock xchg [${b} + 0x42], cx`);
  lines.push(`mov ecx, [${b} + 0x101]`, `mov [${b} + 0x103], ecx`, `mov ah, [${b} + 5]`, `mov [${b} + 7], ah`);
  lines.push(`mov [${b} + 0x30], ds`);
  const offset = bits === 16 ? '0x8123' : '0xc8123';
  lines.push(`mov eax, [${offset}]`, `mov [${offset}], al`, `mov al, [${offset}]`, `mov [${offset}], ax`);
  const a = bits === 16 ? '' : 'a32';
  lines.push(
    `push ${bits === 64 ? 'qword' : 'dword'} [${b} + 0x20]`,
    `pop ${bits === 64 ? 'qword' : 'dword'} [${b} + 0x28]`,
  );
  lines.push(`push word [${b} + 0x20]`, `pop word [${b} + 0x26]`);
  if (bits === 64) {
    lines.push(
      'movsxd r9, dword [rbx + 0x84]',
      'mov rax, [abs qword 0xc8128]',
      'mov [rel $$ - 0x100000 + 0xc8130], r8',
    );
    lines.push(`mov ecx, 0x10\nmov esi, [rbx + rcx * 8 + 4]`, 'mov rax, -16\nmov [rbx + rax * 2 + 0x80], al');
    lines.push(`${a} mov ecx, [ebx + 4]`);
  }
  return lines;
}

function strings(bits: Bits): string[] {
  const r = bits === 64 ? 'r' : bits === 32 ? 'e' : '';
  const base = bits === 16 ? DEVICE - 0xc_0000 : DEVICE;
  const set = (di: number, si: number, n: number): string => `mov ${r}di, ${di}\nmov ${r}si, ${si}\nmov ${r}cx, ${n}`;
  const letters = bits === 64 ? ['b', 'w', 'd', 'q'] : ['b', 'w', 'd'];
  const lines: string[] = [];
  for (const letter of letters) {
    lines.push(
      `${set(base + 0x40, base + 0x80, 5)}\nrep movs${letter}`,
      `${set(base + 0x41, base + 0x83, 1)}\nmovs${letter}`,
    );
    lines.push(`${set(base + 0x240, base + 0x280, 3)}\nstd\nrep movs${letter}\ncld`);
    lines.push(`${set(base + 0x140, 0, 6)}\nrep stos${letter}`, `${set(base + 0x140, 0, 0)}\nrep stos${letter}`);
    lines.push(`${set(0, base + 0x60, 4)}\nrep lods${letter}`, `${set(0, base + 0x61, 2)}\nlods${letter}`);
    lines.push(`${set(base + 0x300, base + 0x380, 4)}\nrepe cmps${letter}`, `${set(base, 0, 20)}\nrepne scas${letter}`);
    lines.push(`push ${r}ax\nmov ${r}ax, 0\n${set(base + 0x200, 0, 9)}\nrepne scas${letter}\npop ${r}ax`);
  }
  return lines;
}

describe('memory-mapped devices of guests', () => {
  for (const bits of [16, 32, 64] as const) {
    it(`${bits}-bit code: each form does to a device what it does on the machine`, () => {
      const { log, result } = same(run(bits, checked(bits, forms(bits))));
      assert.equal(result.end, 'exit 0');
      assert.ok(log.length > 150, `${log.length}`);
    });

    it(`${bits}-bit code: string instructions, forward and backward`, () => {
      const { log, result } = same(run(bits, checked(bits, strings(bits))));
      assert.equal(result.end, 'exit 0');
      assert.ok(log.length > 100, `${log.length}`);
    });
  }

  it('without decode assists the instruction is read from guest memory', () => {
    for (const model of ['barcelona', 'bulldozer'] satisfies ProfileName[])
      same(run(64, checked(64, forms(64)), { model }));
  });

  it('REP from memory to the device, from the device into memory, and on behind its end', () => {
    const source = (si: number, di: number, n: number): string => `
      mov rsp, 0x180000
      mov esi, ${si}
      mov edi, ${di}
      mov ecx, ${n}
      rep movsd
      mov al, 0
      out 0xf4, al`;
    assert.equal(same(run(64, source(0x7000, DEVICE, 0x400))).log.length, 0x400);
    assert.equal(same(run(64, source(DEVICE, 0x7000, 0x400))).log.length, 0x400);
    // One word and a half: from absent memory into the device, and out of it again.
    const { log } = same(run(64, source(DEVICE - 0x10, 0x7000, 8)));
    assert.equal(log.length, 4);
    assert.equal(same(run(64, source(DEVICE + 0xff0, 0x7000, 8))).log.length, 4);
  });

  it('a REP on a device is interrupted between iterations, and goes on', () => {
    const made = run(
      64,
      `mov rsp, 0x180000
      mov edi, ${DEVICE}
      mov ecx, 0x1000
      mov al, 0x5a
      rep stosb
      mov edi, ${DEVICE}
      mov ecx, 0x1000
      repe scasb
      mov al, 0
      out 0xf4, al`,
    );
    assert.equal(same(made).log.length, 0x2000);
    const { nested } = ways(made);
    // 1024 iterations an exit.
    assert.ok(nested.result.exits.VMEXIT_NPF! < 40, `${nested.result.exits.VMEXIT_NPF}`);
  });

  it('single steps through accesses and iterations are the guest’s', () => {
    const made = run(
      32,
      `mov esp, 0x180000
      mov word [0x200000 + 8], db_handler
      mov word [0x200000 + 8 + 2], 8
      mov word [0x200000 + 8 + 4], 0x8e00
      mov word [0x200000 + 8 + 6], 0x10
      lidt [idtr]
      mov ebp, ${RESULTS}
      mov edi, ${DEVICE}
      mov ecx, 3
      pushfd
      or dword [esp], 0x100
      popfd
      mov eax, [edi]
      rep stosb
      add dword [edi], 1
      pushfd
      and dword [esp], ~0x100
      popfd
      mov al, 0
      out 0xf4, al
    db_handler:
      push eax
      mov eax, [esp + 4]
      mov [ebp], eax
      mov [ebp + 4], ecx
      add ebp, 8
      pop eax
      iretd
    idtr: dw 0x7ff
      dd 0x200000`,
    );
    assert.equal(same(made).result.end, 'exit 0');
  });

  it('a page fault of the other operand is the guest’s, and the device is not touched', () => {
    const made = run(
      64,
      `mov rsp, 0x180000
      mov rax, pf
      mov [0x200000 + 14 * 16], ax
      mov word [0x200000 + 14 * 16 + 2], 8
      mov word [0x200000 + 14 * 16 + 4], 0x8e00
      shr rax, 16
      mov [0x200000 + 14 * 16 + 6], ax
      lidt [idtr]
      mov esi, ${DEVICE}
      mov rdi, 0x100000000000
      mov ecx, 2
      rep movsd
      hlt
    pf: mov rax, cr2
      mov [${RESULTS}], rax
      pop rax
      mov [${RESULTS + 8}], rax
      mov [${RESULTS + 16}], rcx
      mov al, 0
      out 0xf4, al
    idtr: dw 0xfff
      dq 0x200000`,
    );
    const { bare, nested, shadow } = ways(made);
    const left = (way: Way): Uint8Array => way.result.memory.subarray(RESULTS, RESULTS + 24);
    for (const way of [nested, shadow]) {
      assert.equal(way.result.end, 'exit 0');
      assert.deepEqual(left(way), left(bare));
      assert.deepEqual(way.log, []);
    }
  });

  describe('hostile guests end with a diagnosis', () => {
    const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
      'an instruction that is not emulated': [
        `mul dword [${DEVICE}]`,
        /RIP 100005h.*device at GPA C8000h, is MUL \(F7 24 25 00 80 0C 00\), which the hypervisor does not emulate/,
      ],
      'a far jump through a device': [`jmp far dword [${DEVICE}]`, /JMP.*not emulate/],
      'an access over the end of a page': [
        `mov eax, [${DEVICE + 0xffe}]`,
        /4 bytes at GPA C8FFEh go on at GPA C9000h: .* not carried out/,
      ],
      'a stack that is a device': [`mov esp, ${DEVICE + 0x800}\ncall $`, /CALL.*not emulate/],
      'an event through a device': [
        `lidt [idtr]\nud2\nhlt\nidtr: dw 0xfff\ndq ${DEVICE}`,
        /delivering an event .* C8060h/,
      ],
    };
    for (const [what, [source, message]] of Object.entries(refusals)) {
      it(what, () => {
        const { nested, shadow } = ways(run(64, `mov esp, 0x180000\n${source}\nhlt`));
        assert.match(nested.result.end, message);
        assert.match(shadow.result.end, message);
      });
    }

    it('code whose page is unmapped behind the processor’s back, where the processor stores no bytes of it', () => {
      // The TLB still has the page: nothing was flushed.
      const source = `
        mov esp, 0x180000
        mov esi, unmapping
        mov edi, 0x300000
        mov ecx, end - unmapping
        rep movsb
        mov rax, cr3
        mov rcx, [rax]
        and ecx, 0xfffff000
        mov rcx, [rcx]
        and ecx, 0xfffff000
        mov eax, 0x300000
        jmp rax
      unmapping:
        mov ebx, [${DEVICE}]
        mov qword [rcx + 8], 0
        mov ebx, [${DEVICE}]
        mov al, 0
        out 0xf4, al
        hlt
      end:`;
      const { nested, shadow } = ways(run(64, source, { model: 'barcelona', limit: 1e6 }));
      assert.match(nested.result.end, /cannot be read: the guest's page tables give no byte there/);
      // Under shadow paging the TLB is flushed with the table.
      assert.match(shadow.result.end, /cannot be read|triple fault/);
    });

    it('a guest that executes or walks in a device finds ones there', () => {
      const { nested, shadow } = ways(run(64, `mov eax, ${DEVICE}\njmp rax`));
      for (const { result, log } of [nested, shadow]) {
        assert.match(result.end, /triple fault/);
        assert.deepEqual(log, []);
      }
    });
  });
});
