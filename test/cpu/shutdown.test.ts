import assert from 'node:assert/strict';
import { bochsIsThere, runBochs } from './bochs';
import { answers, image, runOurs, runQemu } from './program';
import { ROADS } from './shutdown-cases';

interface Deviation {
  readonly witness: 'QEMU' | 'Bochs';
  readonly where: (name: string) => boolean;
  readonly because: string;
  /** It does not survive the road, which is left out of its image. */
  readonly dies?: true;
}

const DEVIATIONS: readonly Deviation[] = [
  {
    witness: 'QEMU',
    where: (name) => /code ends before|no room|SP of [15]$/.test(name),
    because: 'limits are checked, in real mode, too (§4.5.2, §4.12)',
  },
  {
    witness: 'QEMU',
    where: (name) => / IST$| IST for/.test(name) && !name.includes('level 3'),
    because: 'SS becomes null when the privilege level changes, not for an IST entry alone (§8.9.3)',
  },
  {
    witness: 'QEMU',
    where: (name) => /handler not canonical/.test(name),
    because:
      'a gate’s offset that is not canonical is #GP (§8.9.3); QEMU jumps there and pushes until its tables are gone',
    dies: true,
  },
];

const WITNESSES: { readonly name: Deviation['witness']; readonly run: (rom: Uint8Array) => string }[] = [
  { name: 'QEMU', run: (rom) => runQemu(rom, undefined, true) },
];
if (bochsIsThere()) WITNESSES.push({ name: 'Bochs', run: (rom) => runBochs(rom, undefined, true) });
else console.error('bochs is not installed: NOTHING below is compared with it');

describe('cpu: shutdown', () => {
  for (const mode of ['real', 'protected', 'long'] as const) {
    const roads = ROADS.filter((road) => road.mode === mode);
    let rom: Uint8Array;
    let ours: string[];

    before(() => {
      rom = image(mode, roads);
      ours = answers(runOurs(rom, undefined, undefined, true), roads.length);
    });

    it(`${mode}: as the manual has it`, () => {
      const wrong = roads.filter(({ ends }, n) => (ends === 'reset') !== /R$/.test(ours[n]!));
      assert.deepEqual(
        wrong.map((road) => `${road.name}: ${ours[roads.indexOf(road)]}`),
        [],
      );
    });

    for (const { name, run } of WITNESSES) {
      it(`${mode}: ${name}`, function () {
        this.timeout(60_000);
        const known = DEVIATIONS.filter((d) => d.witness === name);
        const tried = roads.filter((road) => !known.some(({ where, dies }) => dies && where(road.name)));
        const theirs = answers(run(tried.length === roads.length ? rom : image(mode, tried)), tried.length);
        const unknown: string[] = [];
        const gone: string[] = [];
        tried.forEach((road, n) => {
          const expected = known.some(({ where }) => where(road.name));
          const we = ours[roads.indexOf(road)];
          if (we === theirs[n]) {
            if (expected) gone.push(road.name);
          } else if (!expected) unknown.push(`${road.name}: we ${we}, they ${theirs[n]}`);
        });
        assert.deepEqual(unknown, []);
        assert.deepEqual(gone, [], 'deviations that are none any more');
      });
    }
  }
});
