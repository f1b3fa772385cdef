import assert from 'node:assert/strict';
import type { Lab } from '../../../src/labs/lab';
import type { ClaimStatus, Grade } from '../../../src/protocol/lab';
import { backupName, filesOf } from '../../../src/vscode/labs/lab-files';
import { launchOf } from '../../../src/vscode/labs/launch-of';
import { pageStateOf } from '../../../src/vscode/labs/page-state';
import { panelOf } from '../../../src/vscode/labs/panel-of';
import { Progress, statusOf } from '../../../src/vscode/labs/progress';
import { claimsOf, failureText, logLines, summary, verdictLine } from '../../../src/vscode/labs/verdicts';

const LAB: Lab = {
  id: '04-cpuid',
  number: 4,
  title: 'CPUID',
  concept: 'trap and emulate, nRIP',
  task: 'Answer CPUID.',
  kind: 'typescript',
  file: 'cpuid.ts',
  files: ['cpuid.ts', 'guest.asm'],
  launch: { program: 'guest.asm', handlers: 'cpuid.ts', guests: [{ program: 'b.asm', name: 'B' }], memory: 2 },
  claims: ['one', 'two', 'three'].map((id) => ({ id, text: `Claim ${id}`, section: '15.9' })),
  hints: ['a nudge', 'a push', 'a shove'],
  starterFails: { claim: 'two', message: 'after this step you should see more', actual: /less/ },
  mutants: {},
  check: () => undefined,
};

function gradeOf(...statuses: ClaimStatus[]): Grade {
  const claims = statuses.map((status, index) => {
    const claim = LAB.claims[index];
    assert.ok(claim);
    return { ...claim, status, ...(status === 'fail' ? { expected: '1', actual: '2' } : {}) };
  });
  const passed = statuses.every((status) => status === 'pass');
  return { lab: LAB.id, seed: 7, passed, claims, problems: [], virtualTime: 0, exits: {} };
}

describe('what the editor says of a lab', () => {
  it('what holds, and what comes next', () => {
    const words = (grade: Grade) => summary(grade).join(' ');
    assert.equal(words(gradeOf('pass', 'pass', 'pass')), 'All 3 claims hold. The lab is done.');
    assert.equal(words(gradeOf('pass', 'fail', 'not-reached')), '1 of 3 claims hold. The second fails.');
    assert.equal(
      words(gradeOf('pass', 'expected-failure', 'not-reached')),
      '1 of 3 claims hold. The second fails as planned: repair it.',
    );
    assert.equal(
      words(gradeOf('not-reached', 'not-reached', 'not-reached')),
      '0 of 3 claims hold. The others were not reached.',
    );
    const problems = [{ file: 'cpuid.ts', line: 3, column: 1, message: 'a bracket is missing' }];
    assert.equal(
      words({ ...gradeOf('not-reached'), problems }),
      'Your code has a problem. Nothing beyond could be checked.',
    );
    assert.equal(
      summary({ claims: claimsOf(LAB, undefined) }).join(' '),
      '3 claims to make true. Check says which of them hold.',
    );
    assert.equal(verdictLine(LAB, undefined), undefined);
    assert.equal(
      verdictLine(LAB, { seed: 1, failure: 'the check was ended' }),
      'There is no verdict. The check was ended.',
    );
  });

  it('a failed claim: its message, else what was expected', () => {
    const [, claim] = gradeOf('pass', 'fail').claims;
    assert.ok(claim);
    assert.equal(failureText(claim), 'Expected 1; it is 2.');
    assert.equal(failureText({ ...claim, message: 'nRIP is not used.' }), 'nRIP is not used.');
    assert.deepEqual(logLines('Lab 4: CPUID', gradeOf('pass', 'fail', 'not-reached')), [
      'Lab 4: CPUID, seed 7',
      '  ✓ Claim one',
      '  ✗ Claim two',
      '      Expected 1; it is 2.',
      '  · Claim three (not reached)',
      '1 of 3 claims hold. The second fails.',
    ]);
  });

  it('where evidence is shown', () => {
    assert.deepEqual(panelOf({ kind: 'exit', number: 12 }), ['exit-log', { exit: 12 }]);
    assert.deepEqual(panelOf({ kind: 'field', field: 'nRip', guest: 1 }), ['vmcb', { field: 'nRip', guest: 1 }]);
    const [panel, target] = panelOf({ kind: 'page', root: 'guest', address: '0x1000' });
    assert.deepEqual([panel, target.root, target.address], ['page-tables', 'guest', '0x1000']);
  });

  it('the page: hints that were taken and no others, the claims of the newest check', () => {
    const parts = { labs: [], open: true, trusted: true, checking: false, hints: 1, prose: '# CPUID', base: 'labs/04' };
    const fresh = pageStateOf(LAB, { ...parts, checked: undefined });
    assert.deepEqual(fresh.hints, ['a nudge']);
    assert.equal(JSON.stringify(fresh).includes('a push'), false);
    assert.deepEqual(new Set(fresh.claims.map(({ status }) => status)), new Set(['unchecked']));
    assert.equal('seed' in fresh, false);
    const state = pageStateOf(LAB, { ...parts, checked: { seed: 7, grade: gradeOf('pass', 'fail', 'not-reached') } });
    assert.equal(state.headline.join(' '), '1 of 3 claims hold. The second fails.');
    assert.deepEqual([state.seed, state.claims[1]?.actual], [7, '2']);
    assert.equal(pageStateOf(LAB, { ...parts, checking: true, checked: undefined }).headline[0], 'Checking.');
  });
});

describe('a copy of a lab', () => {
  it('has the starter, the README with its own pictures, and the types of the sandbox', () => {
    const readme =
      '![a](map.svg) ![b](<walk 2.png>) ![c](https://example.org/x.png) ![d](../secret.svg) ![e](figures/x.svg)';
    assert.deepEqual(
      filesOf(LAB, readme).map(({ from, to }) => `${from} → ${to}`),
      [
        '04-cpuid/starter/cpuid.ts → cpuid.ts',
        '04-cpuid/starter/guest.asm → guest.asm',
        '04-cpuid/README.md → README.md',
        '04-cpuid/map.svg → map.svg',
        '04-cpuid/figures/x.svg → figures/x.svg',
        'pacifica.d.ts → pacifica.d.ts',
      ],
    );
    const assembly = filesOf({ ...LAB, kind: 'assembly' }, '').map(({ to }) => to);
    assert.deepEqual(assembly, ['cpuid.ts', 'guest.asm', 'README.md']);
  });

  it('keeps what a reset replaces, however often', () => {
    const there = new Set(['cpuid.ts', 'cpuid.ts.before-reset', 'cpuid.ts.before-reset-2']);
    assert.equal(
      backupName('cpuid.ts', (name) => there.has(name)),
      'cpuid.ts.before-reset-3',
    );
    assert.equal(
      backupName('guest.asm', (name) => there.has(name)),
      'guest.asm.before-reset',
    );
  });

  it('is launched with whole paths, at every depth', () => {
    assert.deepEqual(
      launchOf(LAB, 'pacifica', (file) => `/ws/04-cpuid/${file}`),
      {
        type: 'pacifica',
        request: 'launch',
        name: 'Lab 4: CPUID',
        lab: '04-cpuid',
        program: '/ws/04-cpuid/guest.asm',
        handlers: '/ws/04-cpuid/cpuid.ts',
        guests: [{ program: '/ws/04-cpuid/b.asm', name: 'B' }],
        memory: 2,
      },
    );
    assert.equal(
      launchOf({ ...LAB, launch: undefined }, 'pacifica', (file) => file),
      undefined,
    );
  });
});

describe('progress with the labs', () => {
  const store = new Map<string, unknown>();
  const memory = {
    get: <T>(key: string) => store.get(key) as T | undefined,
    update: async (key: string, value: unknown) => void store.set(key, JSON.parse(JSON.stringify(value))),
  };

  it('is what was done: opened, failing, passed, and how many hints', async () => {
    const progress = new Progress(memory);
    assert.deepEqual([statusOf(progress.of(LAB), false), statusOf(progress.of(LAB), true)], ['new', 'opened']);
    for (const taken of [1, 2, 3, 3]) assert.equal(await progress.takeHint(LAB), taken);
    await progress.graded(LAB, gradeOf('fail'));
    assert.equal(statusOf(progress.of(LAB), true), 'failing');
    await progress.graded(LAB, gradeOf('pass'));
    assert.deepEqual(new Progress(memory).of(LAB), { passed: true, hints: 3 });
    await progress.forget(LAB);
    assert.deepEqual(progress.of(LAB), { hints: 0 });
  });

  it('of an older or a broken record is read as far as it makes sense', () => {
    store.set('pacifica.lab.04-cpuid', { passed: 'yes', hints: 99 });
    assert.deepEqual(new Progress(memory).of(LAB), { hints: 3 });
    store.set('pacifica.lab.04-cpuid', { hints: 'many' });
    assert.deepEqual(new Progress(memory).of(LAB), { hints: 0 });
  });
});
