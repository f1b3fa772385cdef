/** The x87 environment as it is stored and loaded: its four layouts, and what the pointers hold. */
import { v86 } from './protected-words';
import type { Case, Mode } from './rom-case';

export interface EnvironmentCase extends Case {
  readonly mode: Mode;
  /** Dwords that are told. */
  readonly words: number;
}

const AREA = 0x6000;
const PATTERN = 0x6100;
/** `count` dwords of the area, wherever the code runs with DS = 0 and the helpers near. */
const tell = (count: number): string => `xor esi, esi
$tell:
mov eax, [esi + ${AREA}]
call hex8
add esi, 4
cmp esi, ${count * 4}
jb $tell`;
const clear = (bits: 16 | 32): string =>
  `mov ${bits === 16 ? 'di' : 'edi'}, ${AREA}\nmov ${bits === 16 ? 'cx' : 'ecx'}, 0x40\nmov eax, 0x55555555\nrep stosd\n`;
const pattern = Array.from(
  { length: 7 },
  (_, n) =>
    `mov dword [${PATTERN + n * 4}], ${[0x3137f, 0x23020, 0x4b1e4, 0x12345678, 0x47a5beef, 0x9abcdef0, 0x5678c0de][n]}`,
).join('\n');

const WORK: readonly (readonly [name: string, code: string])[] = [
  ['nothing', ''],
  ['register', 'fld1\nfldpi\nfaddp'],
  ['memory', 'mov dword [0x5010], 0x40490fdb\nfld dword [0x5010]'],
  ['memory, then register', 'mov dword [0x5010], 0x40490fdb\nfld dword [0x5010]\nfchs'],
  ['control after it', 'mov dword [0x5010], 0x40490fdb\nfld dword [0x5010]\nfnstcw [0x5020]'],
  ['another segment', 'mov dword [0x5010], 0x40490fdb\nfld dword [ss:0x5010]'],
];
const STORES: readonly (readonly [name: string, code: string])[] = [
  ['fnstenv, 16', `o16 fnstenv [${AREA}]`],
  ['fnstenv, 32', `o32 fnstenv [${AREA}]`],
  ['fnsave, 16', `o16 fnsave [${AREA}]`],
  ['fnsave, 32', `o32 fnsave [${AREA}]`],
  ['fldenv 16, fnstenv 32', `${pattern}\no16 fldenv [${PATTERN}]\no32 fnstenv [${AREA}]`],
  ['fldenv 32, fnstenv 16', `${pattern}\no32 fldenv [${PATTERN}]\no16 fnstenv [${AREA}]`],
  ['fldenv 32, fnstenv 32', `${pattern}\no32 fldenv [${PATTERN}]\no32 fnstenv [${AREA}]`],
];

export const ENVIRONMENT_CASES: readonly EnvironmentCase[] = (['real', 'protected', 'virtual-8086'] as const).flatMap(
  (where) =>
    WORK.flatMap(([work, code]) =>
      STORES.map(([store, stores]): EnvironmentCase => {
        const ss = where === 'virtual-8086' ? 'ds' : 'ss';
        const body = `fninit\n${code.replace('[ss:', `[${ss}:`)}\n${stores}`;
        const words = store.startsWith('fnsave') ? 27 : 7;
        return {
          name: `${where}, ${work}, ${store}`,
          mode: where === 'real' ? 'real' : 'protected',
          expect: '',
          words,
          code:
            where === 'virtual-8086'
              ? `${clear(32)}${v86(`xor ax, ax\nmov ds, ax\n${body}\nint 0x42`).replace('int 0x40', '')}`.replace(
                  /^/,
                  `mov dword [IDT+0x42*8], (CODE32 << 16) | (($told - image) & 0xffff)\nmov dword [IDT+0x42*8+4], (ROM & 0xffff0000) | 0xee00\n`,
                ) + `\n$told: mov eax, DATA32\nmov ds, eax\n${tell(words)}`
              : `${clear(where === 'real' ? 16 : 32)}${body}\n${tell(words)}`,
        };
      }),
    ),
);
