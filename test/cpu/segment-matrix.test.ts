import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { answers, image, runOurs, runQemu } from './program';
import { BLOCKS, OPERATIONS, segmentCase } from './segment-matrix';
import type { Block } from './segment-matrix';

interface Deviation {
  /** Exactly these access bytes are answered differently by QEMU. Bochs has no deviation. */
  readonly where: (block: Block, access: number) => boolean;
  readonly because: string;
}

const QEMU_DEVIATIONS: readonly Deviation[] = [
  {
    where: (_, access) => (access & 0x99) === 0x98,
    because: 'far transfers set the accessed bit of the code segment, too (§4.7.2)',
  },
  {
    where: (block, access) => block.mode === 'long' && [1, 3, 4, 5].includes(access & 0x1f),
    because: 'LAR and LSL know no 16-bit TSS, 16-bit call gate and task gate in long mode (volume 3, LAR and LSL)',
  },
];

const INSTRUCTIONS = 1e8;
const hashes = (text: string | undefined): readonly string[] => (text ?? '').trim().split(' ');
const hex = (access: number): string => access.toString(16).padStart(2, '0');
const withoutBochs = !bochsIsThere();
if (withoutBochs) console.error('bochs is not installed: NOTHING below is compared with it');

describe('cpu: selectors of every descriptor at every level', () => {
  for (const mode of ['protected', 'long'] as const) {
    const blocks = BLOCKS.filter((block) => block.mode === mode);
    let ours: string[] = [];
    let qemu: string[] = [];
    let bochs: string[] = [];

    before(function () {
      this.timeout(60_000);
      const rom = image(
        mode,
        blocks.map((block) => segmentCase(block)),
      );
      ours = answers(runOurs(rom, undefined, INSTRUCTIONS), blocks.length);
      qemu = answers(runQemu(rom), blocks.length);
      if (!withoutBochs) bochs = answers(runBochs(rom), blocks.length);
    });

    blocks.forEach((block, at) => {
      const compare = (
        theirs: readonly string[],
        run: (rom: Uint8Array) => string,
        known: readonly Deviation[],
      ): void => {
        const we = hashes(ours[at]);
        assert.equal(we.length, 256, 'hashes');
        assert.equal(theirs.length, 256, 'hashes');
        const differs = we.flatMap((hash, access) => (hash === theirs[access] ? [] : [access]));
        const expected = we.flatMap((_, access) => (known.some(({ where }) => where(block, access)) ? [access] : []));
        const unknown = differs.find((access) => !expected.includes(access));
        if (unknown !== undefined) assert.fail(explain(block, unknown, run));
        assert.deepEqual(differs.map(hex), expected.map(hex), 'deviations that are none any more');
      };
      it(`${block.name}: QEMU`, function () {
        this.timeout(30_000);
        compare(hashes(qemu[at]), runQemu, QEMU_DEVIATIONS);
      });
      it(`${block.name}: Bochs`, function () {
        this.timeout(30_000);
        if (!withoutBochs) compare(hashes(bochs[at]), runBochs, []);
      });
    });
  }
});

/** What differs for one access byte, operation by operation. */
function explain(block: Block, access: number, run: (rom: Uint8Array) => string): string {
  const rom = image(block.mode, [segmentCase(block, access)]);
  const [ours, theirs] = [runOurs(rom, undefined, INSTRUCTIONS), run(rom)].map((text) => hashes(answers(text, 1)[0]));
  const lines: string[] = [];
  for (let n = 0; n < ours!.length; n += 6) {
    const [operation, cpl, rpl, ...we] = ours!.slice(n, n + 6);
    const they = theirs!.slice(n + 3, n + 6);
    if (we.join() === they.join()) continue;
    const name = OPERATIONS[Number.parseInt(operation!, 16)];
    lines.push(`${name} at CPL ${cpl} with RPL ${rpl}: we ${we.join(' ')}, they ${they.join(' ')}`);
  }
  return `access byte ${hex(access)}: ${lines.slice(0, 8).join('; ')}`;
}
