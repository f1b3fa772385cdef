import assert from 'node:assert/strict';
import { DEBUG_CASES, DEBUG_LIMIT_CASES } from './debug-cases';
import { GUEST_CASES } from './guest-cases';
import { GUEST_TASK_CASES } from './guest-task-cases';
import { LONG_EVENT_CASES, LONG_LIMIT_CASES } from './long-event-cases';
import { LONG_TRANSFER_CASES } from './long-transfer-cases';
import { bochsIsThere, runBochs } from './bochs';
import { BOCHS_DEVIATIONS } from './bochs-deviations';
import type { Deviation } from './bochs-deviations';
import { LONG_MATRIX_CASES, PROTECTED_MATRIX_CASES } from './matrix-cases';
import { answers, image, runOurs, runQemu } from './program';
import { EVENT_CASES } from './protected-event-cases';
import { PROTECTED_LIMIT_CASES } from './protected-limit-cases';
import { SEGMENT_CASES } from './protected-segment-cases';
import { STACK_CASES } from './protected-stack-cases';
import { TASK_CASES } from './protected-task-cases';
import { TRANSFER_CASES } from './protected-transfer-cases';
import { REAL_CASES, REAL_LIMIT_CASES } from './real-cases';
import type { Case, Mode } from './rom-case';

interface Group {
  readonly mode: Mode;
  readonly name: string;
  readonly cases: readonly Case[];
  /** Who runs the image beside us; docs/decisions/witnesses.md says what each is not asked. */
  readonly witnesses: readonly ('QEMU' | 'Bochs')[];
}

const BOTH = ['QEMU', 'Bochs'] as const;

const GROUPS: readonly Group[] = [
  { mode: 'real', name: 'real mode', cases: REAL_CASES, witnesses: BOTH },
  { mode: 'real', name: 'real mode: limits', cases: REAL_LIMIT_CASES, witnesses: ['Bochs'] },
  {
    mode: 'protected',
    name: 'protected mode',
    cases: [...SEGMENT_CASES, ...TRANSFER_CASES, ...EVENT_CASES, ...TASK_CASES, ...STACK_CASES],
    witnesses: BOTH,
  },
  { mode: 'protected', name: 'protected mode: limits', cases: PROTECTED_LIMIT_CASES, witnesses: ['Bochs'] },
  { mode: 'long', name: 'long mode', cases: [...LONG_TRANSFER_CASES, ...LONG_EVENT_CASES], witnesses: BOTH },
  { mode: 'long', name: 'debug registers', cases: DEBUG_CASES, witnesses: BOTH },
  { mode: 'long', name: 'debug registers: limits', cases: DEBUG_LIMIT_CASES, witnesses: ['Bochs'] },
  { mode: 'long', name: 'long mode: limits', cases: LONG_LIMIT_CASES, witnesses: ['Bochs'] },
  { mode: 'protected', name: 'protected mode: generated', cases: PROTECTED_MATRIX_CASES, witnesses: BOTH },
  { mode: 'long', name: 'long mode: generated', cases: LONG_MATRIX_CASES, witnesses: ['Bochs'] },
  { mode: 'long', name: 'guests', cases: GUEST_CASES, witnesses: BOTH },
  { mode: 'long', name: 'guests: task switches', cases: GUEST_TASK_CASES, witnesses: ['Bochs'] },
];

/** Bochs neither loads nor saves CR2 of a guest and stores nRIP at every exit: an answer without these two of `=`. */
function withoutUntold(text: string | undefined): string | undefined {
  return text?.replace(/=((?:[0-9a-f]{8} ?)+)/g, (_, list: string) => {
    const words = list.trim().split(' ');
    const end = words[0] === '00000081' ? 3 : /^8/.test(words[3]!) ? 6 : 4;
    return `=${[...words.slice(0, end), ...words.slice(end + (end === 3 ? 1 : 2))].join(' ')} `;
  });
}

const withoutBochs = !bochsIsThere();
if (withoutBochs) console.error('bochs is not installed: NOTHING below is compared with it');

describe('cpu: programs', () => {
  for (const { mode, name, cases, witnesses } of GROUPS) {
    describe(name, () => {
      const deviations: Readonly<Record<string, Deviation>> = BOCHS_DEVIATIONS[name] ?? {};
      const onBochs = cases.filter((c) => deviations[c.name]?.writes !== undefined || !deviations[c.name]);
      const qemu = witnesses.includes('QEMU');
      const bochs = witnesses.includes('Bochs') && !withoutBochs;
      const seen = name.startsWith('guests') ? withoutUntold : (text: string | undefined) => text;
      let ours: string[] = [];
      let qemus: string[] = [];
      let bochses: string[] = [];
      before(function () {
        this.timeout(90_000);
        const rom = image(mode, cases);
        ours = answers(runOurs(rom), cases.length);
        if (qemu) qemus = answers(runQemu(rom), cases.length);
        if (bochs) {
          const rest = onBochs.length === cases.length ? rom : image(mode, onBochs);
          bochses = answers(runBochs(rest), onBochs.length);
        }
      });
      cases.forEach((c, n) => {
        it(c.name, () => {
          assert.equal(ours[n], c.expect);
          if (qemu) assert.equal(qemus[n], c.qemu?.writes ?? c.expect, 'QEMU');
          const m = onBochs.indexOf(c);
          if (bochs && m >= 0) assert.equal(seen(bochses[m]), seen(deviations[c.name]?.writes ?? c.expect), 'Bochs');
        });
      });
      it('no deviation without a case', () => {
        const names = new Set(cases.map((c) => c.name));
        assert.deepEqual(
          Object.keys(deviations).filter((known) => !names.has(known)),
          [],
        );
      });
    });
  }
});
