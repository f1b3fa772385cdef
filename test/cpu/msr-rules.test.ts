/** What WRMSR refuses (§3.2, §4.5.3, §6.1, §7.7, §7.8): every value is one the manual names as legal or as #GP. */
import assert from 'node:assert/strict';
import { Machine } from '../../src/engine/machine/machine';
import { longModeRom } from '../exec/long-mode-rom';

type Write = readonly [name: string, msr: number, high: number, low: number];

const LEGAL: readonly Write[] = [
  ['MTRRdefType WB', 0x2ff, 0, 0xc06],
  ['MTRRdefType WP', 0x2ff, 0, 0x805],
  ['MTRRphysBase0 WC', 0x200, 0, 0xe0000001],
  ['MTRRphysBase7 WT above 4 GB', 0x20e, 0xff, 4],
  ['MTRRphysMask0', 0x201, 0xff, 0xf0000800],
  ['MTRRfix64K', 0x250, 0x06060606, 0x05040100],
  ['SYSCFG MtrrFixDramModEn', 0xc0010010, 0, 0x80000],
  ['MTRRfix4K with RdMem and WrMem', 0x268, 0x1e1e1e1e, 0x080e1016],
  ['SYSCFG 0', 0xc0010010, 0, 0],
  ['PAT', 0x277, 0x00070406, 0x01050406],
  ['LSTAR highest of the low half', 0xc0000082, 0x7fff, 0xffffffff],
  ['LSTAR lowest of the high half', 0xc0000082, 0xffff8000, 0],
];
const REFUSED: readonly Write[] = [
  ['MTRRdefType 2', 0x2ff, 0, 0xc02],
  ['MTRRdefType 3', 0x2ff, 0, 3],
  ['MTRRdefType UC−, which is PAT’s', 0x2ff, 0, 7],
  ['MTRRdefType 8', 0x2ff, 0, 8],
  ['MTRRdefType bit 9', 0x2ff, 0, 0x200],
  ['MTRRphysBase0 2', 0x200, 0, 2],
  ['MTRRphysBase7 16h', 0x20e, 0, 0x16],
  ['MTRRphysBase0 bit 8', 0x200, 0, 0x100],
  ['MTRRphysBase0 above the physical width', 0x200, 0x10000, 0],
  ['MTRRphysMask0 above the physical width', 0x201, 0x10000, 0x800],
  ['MTRRphysMask0 bit 0', 0x201, 0, 1],
  ['MTRRfix64K 7 in the highest byte', 0x250, 0x07000000, 0],
  ['MTRRfix16K 2', 0x258, 0, 0x0200],
  ['MTRRfix4K with RdMem, MtrrFixDramModEn being 0', 0x26f, 0, 0x10],
  ['MTRRfix4K 20h', 0x26f, 0, 0x20],
  ['PAT 2', 0x277, 0, 2],
  ['PAT 8', 0x277, 0x08000000, 0],
  ['EFER bit 1', 0xc0000080, 0, 0x502],
  ['EFER without LME under paging', 0xc0000080, 0, 0],
  ['SFMASK high half', 0xc0000084, 1, 0],
  ...[0xc0000082, 0xc0000083, 0xc0000100, 0xc0000101, 0xc0000102].flatMap((msr): Write[] => [
    [`${msr.toString(16)} above the low half`, msr, 0x8000, 0],
    [`${msr.toString(16)} below the high half`, msr, 0xffff7fff, 0xffffffff],
  ]),
];

/** One letter for each: k it was written, G it was refused with error code 0. */
function run(writes: readonly Write[]): string {
  let text = '';
  const body = `
        lidt [idtr]
        lea rax, [rel refused]
        mov edi, 13
        call gate
${writes.map(([, msr, high, low], n) => `mov ecx, ${msr}\nmov edx, ${high}\nmov eax, ${low}\nlea rbx, [rel after${n}]\nwrmsr\nmov al, 'k'\nout 0xE9, al\nafter${n}:`).join('\n')}
        xor eax, eax
        out 0xF4, al
        hlt
refused: pop rax
        add al, 'G'
        out 0xE9, al
        mov [rsp], rbx
        iretq`;
  const onDebugcon = (byte: number) => (text += String.fromCharCode(byte));
  const machine = new Machine({ ramSize: 8 << 20, rom: longModeRom(body), onDebugcon });
  assert.equal(machine.run(1e7).kind, 'debug-exit', text);
  return text;
}

describe('WRMSR', () => {
  it('writes what is legal', () => {
    const text = run(LEGAL);
    assert.deepEqual(
      LEGAL.filter((_, n) => text[n] !== 'k').map(([name]) => name),
      [],
    );
  });

  it('refuses what is not', () => {
    const text = run(REFUSED);
    assert.deepEqual(
      REFUSED.filter((_, n) => text[n] !== 'G').map(([name]) => name),
      [],
    );
  });
});
