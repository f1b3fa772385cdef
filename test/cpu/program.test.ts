import assert from 'node:assert/strict';
import { DEBUG_CASES, DEBUG_LIMIT_CASES } from './debug-cases';
import { GUEST_CASES, GUEST_TASK_CASES } from './guest-cases';
import { LONG_EVENT_CASES, LONG_LIMIT_CASES } from './long-event-cases';
import { LONG_TRANSFER_CASES } from './long-transfer-cases';
import { answers, image, runOurs, runQemu } from './program';
import { EVENT_CASES } from './protected-event-cases';
import { PROTECTED_LIMIT_CASES } from './protected-limit-cases';
import { SEGMENT_CASES } from './protected-segment-cases';
import { STACK_CASES } from './protected-stack-cases';
import { TASK_CASES } from './protected-task-cases';
import { TRANSFER_CASES } from './protected-transfer-cases';
import { REAL_CASES, REAL_LIMIT_CASES } from './real-cases';
import type { Case, Mode } from './rom-case';

const GROUPS: readonly { mode: Mode; name?: string; cases: readonly Case[]; witness: boolean }[] = [
  { mode: 'real', cases: REAL_CASES, witness: true },
  { mode: 'real', cases: REAL_LIMIT_CASES, witness: false },
  {
    mode: 'protected',
    cases: [...SEGMENT_CASES, ...TRANSFER_CASES, ...EVENT_CASES, ...TASK_CASES, ...STACK_CASES],
    witness: true,
  },
  { mode: 'protected', cases: PROTECTED_LIMIT_CASES, witness: false },
  { mode: 'long', cases: [...LONG_TRANSFER_CASES, ...LONG_EVENT_CASES], witness: true },
  { mode: 'long', name: 'debug registers', cases: DEBUG_CASES, witness: true },
  { mode: 'long', name: 'debug registers: what QEMU does not check', cases: DEBUG_LIMIT_CASES, witness: false },
  { mode: 'long', cases: LONG_LIMIT_CASES, witness: false },
  { mode: 'long', name: 'guests', cases: GUEST_CASES, witness: true },
  { mode: 'long', name: 'guests: task switches', cases: GUEST_TASK_CASES, witness: false },
];

describe('cpu: programs', () => {
  for (const { mode, name, cases, witness } of GROUPS) {
    describe(name ?? `${mode} mode${witness ? '' : ': what QEMU does not check'}`, () => {
      let ours: string[] = [];
      let theirs: string[] = [];
      before(function () {
        this.timeout(60_000);
        const rom = image(mode, cases);
        ours = answers(runOurs(rom), cases.length);
        if (witness) theirs = answers(runQemu(rom), cases.length);
      });
      cases.forEach((c, n) => {
        it(c.name, () => {
          assert.equal(ours[n], c.expect);
          if (witness) assert.equal(theirs[n], c.qemu?.writes ?? c.expect, 'QEMU');
        });
      });
    });
  }
});
