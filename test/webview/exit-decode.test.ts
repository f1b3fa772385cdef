import assert from 'node:assert/strict';
import { EXIT_CODES } from '../../src/engine/arch/exit-codes';
import { exitDetail, exitSentence } from '../../webview/shared/exit-decode';
import type { ExitFacts } from '../../webview/shared/exit-decode';
import { codesNamed, exitClass, exitShortName, firedIntercept } from '../../webview/shared/exit-names';
import { count, hForm, hexGroups, share, signedMillions, size, time } from '../../webview/shared/numbers';
import { phraseText } from '../../webview/shared/phrase';

function facts(code: number, rest: Partial<ExitFacts> = {}): ExitFacts {
  return { code, info1: 0n, info2: 0n, rax: 0n, rcx: 0n, rdx: 0n, ...rest };
}
const sentence = (code: number, rest?: Partial<ExitFacts>) => phraseText(exitSentence('Guest A', facts(code, rest)));
const detail = (code: number, rest?: Partial<ExitFacts>) => phraseText(exitDetail(facts(code, rest)));

describe('an exit in words', () => {
  it('of ports', () => {
    const out = { info1: 0x03f8_0210n, rax: 0x1234_5650n };
    assert.equal(sentence(0x7b, out), 'Guest A wrote 0x50 to port 3F8h (COM1), and IOPM intercepts that port.');
    assert.equal(detail(0x7b, out), "OUT 3F8h 8-bit 'P'");
    assert.equal(detail(0x7b, { info1: 0x03fd_0211n }), 'IN 3FDh 8-bit COM1 line status');
    assert.equal(detail(0x7b, { info1: 0x0cf8_0240n, rax: 0xffff_ffff_8000_0000n }), 'OUT CF8h 32-bit 0x80000000');
    assert.match(sentence(0x7b, { info1: 0x0080_041dn }), /string of bytes from port 80h/);
    assert.equal(detail(0x7b, { info1: 0x01f0_112dn }), 'REP INS 1F0h 16-bit ');
  });

  it('of memory', () => {
    const write = { info1: 0x1_0000_0006n, info2: 0x7f_2000n };
    assert.equal(sentence(0x400, write), 'Guest A wrote GPA 0x7F2000, which the nested tables do not map.');
    assert.equal(detail(0x400, write), 'write, GPA 0x7F2000 not mapped');
    assert.match(
      sentence(0x400, { info1: 0x2_0000_0005n }),
      /walked its page tables through GPA 0x0, which .* do not allow/,
    );
    assert.match(sentence(0x400, { info1: 0x1_0000_000dn }), /reserved bit set/);
    assert.equal(detail(0x4e, { info1: 6n, info2: 0x40_1008n }), '0x401008 user write, not present');
    assert.match(sentence(0x79, { info1: 0x1000n }), /INVLPG/);
  });

  it('of instructions and registers', () => {
    assert.equal(sentence(0x72, { rax: 0x8000_000an }), 'Guest A asked CPUID for leaf 8000_000Ah.');
    assert.equal(detail(0x72, { rax: 7n, rcx: 1n }), 'leaf 7h, ECX 0x1');
    assert.equal(sentence(0x7c, { rcx: 0xc000_0080n }), 'Guest A read MSR C000_0080h (EFER), and MSRPM intercepts it.');
    assert.equal(
      detail(0x7c, { info1: 1n, rcx: 0xc000_0080n, rax: 0xd01n, rdx: 1n }),
      'WRMSR C000_0080h EFER = 0x100000D01',
    );
    assert.equal(detail(0x14, { info1: 1n << 63n, rax: 0x6a0n }), 'MOV CR4, RAX = 0x6A0');
    assert.equal(detail(0x13, { info1: (1n << 63n) | 3n }), 'MOV CR3, RBX');
    assert.equal(sentence(0x03, { info1: (1n << 63n) | 8n }), 'Guest A reads CR3: MOV R8, CR3.');
    assert.equal(detail(0x10, {}), 'LMSW or CLTS');
    assert.equal(sentence(0x81, { rax: 2n }), 'Guest A called its hypervisor: VMMCALL with RAX 0x2.');
    assert.equal(sentence(0x78), 'Guest A halted: it waits for an interrupt.');
    assert.match(sentence(0x78, { rflags: 0x202n }), /waits for an interrupt/);
    assert.match(sentence(0x78, { rflags: 2n }), /interrupts off/);
    assert.equal(sentence(0x4d, { info1: 0x10n }), 'Guest A raised #GP, error code 0x10.');
    assert.equal(sentence(0x46), 'Guest A raised #UD.');
    assert.match(sentence(0x60), /physical interrupt arrived while guest A ran/);
    assert.match(sentence(-1), /VMRUN came back at once: VMEXIT_INVALID/);
    assert.match(sentence(0x1234), /EXITCODE 1234h, which the manual does not name/);
  });

  it('every exit of the manual has a name, a class and a sentence with a subject', () => {
    for (const { code } of Object.values(EXIT_CODES)) {
      assert.ok(exitShortName(code).length > 0);
      assert.equal(exitClass(code), Object.values(EXIT_CODES).find((row) => row.code === code)?.class);
      assert.match(sentence(code), /guest A|VMRUN/i, `code ${code}`);
      assert.doesNotMatch(sentence(code), /undefined(?! *\.)|NaN|VMEXIT_(?!INVALID|SHUTDOWN)/);
    }
    assert.equal(exitClass(0x9999), 'fault');
  });

  it('names lead to codes and bits', () => {
    assert.deepEqual([0x4e, 0x14, 0x13, -1].map(exitShortName), ['#PF', 'CR4 write', 'CR3 write', 'INVALID']);
    assert.deepEqual(codesNamed('ioio'), [0x7b]);
    assert.deepEqual(codesNamed('CPUID'), [0x72]);
    assert.equal(firedIntercept(0x7b), 'IOIO_PROT');
    assert.equal(firedIntercept(0x400), undefined);
  });
});

describe('numbers', () => {
  it('hex in groups', () => {
    const plain = (value: bigint, width?: number) =>
      hexGroups(value, width)
        .groups.map(({ zeros, digits }) => `${zeros}|${digits}`)
        .join(' ');
    assert.equal(plain(0n), '|0');
    assert.equal(plain(0x7bn), '|7B');
    assert.equal(plain(0x1000n, 16), '0000| 0000| 0000| |1000');
    assert.equal(plain(0x50n, 16), '0000| 0000| 0000| 00|50');
    assert.equal(plain(0xffff_8000_0010_2a4en), '|FFFF |8000 |0010 |2A4E');
    assert.equal(hexGroups(0xffff_8000_0010_2a4en).text, '0xFFFF800000102A4E');
  });
  it('the manual’s h form', () => {
    assert.deepEqual(
      [hForm(0xc8, 3), hForm(0x7b), hForm(0x400), hForm(0xc0000080)],
      ['0C8h', '7Bh', '400h', 'C000_0080h'],
    );
  });
  it('counts, shares, sizes, times', () => {
    assert.deepEqual([count(0), count(999), count(48213), count(1234567)], ['0', '999', '48,213', '1,234,567']);
    assert.equal(share(1, 3), '33.3');
    assert.equal(share(0, 0), '0.0');
    assert.deepEqual([512, 4096, 0x20_0000, 1.25 * 2 ** 30, 2 ** 48, 1023 * 1024, 228 * 1024].map(size), [
      '512 bytes',
      '4 KB',
      '2 MB',
      '1.25 GB',
      '256 TB',
      '1 MB',
      '228 KB',
    ]);
    assert.equal(time(12_394_600), '12.3946');
    assert.equal(signedMillions(BigInt.asUintN(64, -12_350_000n)), '−12.35 M');
  });
});
