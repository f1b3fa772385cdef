/** The tour: what a session shows is what the checker finds, and records that are none are met with a sentence. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { LAB } from '../../labs/00-tour/lab';
import { valueOf } from '../../src/protocol/codec';
import { readTour, TOUR_STEP_NAMES } from '../../src/labs/tour';
import type { TourStep } from '../../src/labs/tour';
import { grade } from '../../src/session/lab-runner/grade';
import { exitLogAnswer } from '../../src/session/inspect/exit-log';
import { pageTablesAnswer } from '../../src/session/inspect/page-tables';
import { openLab } from '../../src/session/launch';
import type { LaunchOptions } from '../../src/session/launch-options';
import { readLaunchOptions } from '../../src/session/launch-options';
import { Runner } from '../../src/session/runner';

const STARTER = 'labs/00-tour/starter';

/** Takes the tour as the editor does: a session with the lab's own launch options, and what its panels are answered. */
async function taken(seed: number): Promise<TourStep[]> {
  const sources = new Map([
    ['tour.asm', readFileSync(`${STARTER}/tour.asm`, 'utf8')],
    ['seed.inc', `%define SEED ${seed}\n`],
  ]);
  const options: LaunchOptions = readLaunchOptions(LAB.launch!);
  const lab = await openLab(options, async (path) => {
    const text = sources.get(path);
    if (text === undefined) throw new Error(`there is no ${path}`);
    return new TextEncoder().encode(text);
  });
  const runner = new Runner(lab, { interactive: false });
  const newest = async () => {
    const { total, columns } = await exitLogAnswer(lab, { first: -1, count: 1, filter: {} });
    return { total, code: `0x${columns.code[0]!.toString(16)}`, rip: columns.rip[0]! };
  };
  const value = (name: string): string => `0x${lab.scopeOf(lab.world).value(name)!.toString(16)}`;
  const root = (which: 'guest' | 'nested'): string => {
    const answer = pageTablesAnswer(lab, { root: which, path: [] });
    assert.ok(answer.kind === 'table');
    return answer.registerValue;
  };
  const steps: TourStep[] = [{ step: 'start', rip: value('rip') }];
  lab.exits.set([{ group: 'any', condition: '' }]);
  await runner.run({ kind: 'continue' });
  const first = await newest();
  steps.push({ step: 'first-exit', exit: first.total, code: first.code, rip: first.rip });
  lab.exits.set([{ group: 'cpuid', condition: '' }]);
  await runner.run({ kind: 'continue' });
  const cpuid = await newest();
  steps.push({
    step: 'vmcb',
    exit: cpuid.total,
    code: cpuid.code,
    nRip: value('vmcb.nRIP'),
    asid: value('vmcb.GUEST_ASID'),
  });
  steps.push({ step: 'page-tables', exits: cpuid.total, cr3: root('guest'), ncr3: root('nested') });
  steps.push({ step: 'exit-log', total: cpuid.total, code: cpuid.code });
  lab.exits.set([]);
  await runner.run({ kind: 'continue' });
  assert.ok(lab.ended);
  const { total, code } = await newest();
  steps.push({ step: 'finish', total, code });
  return steps;
}

const files = (record: string) => ({ 'tour.asm': '', 'seed.inc': '', 'tour.json': record });

describe('the tour', () => {
  it('is passed with what a session showed, whatever the seed', async () => {
    for (const seed of [1, 2, 3]) {
      const steps = await taken(seed);
      const result = await grade(LAB, files(JSON.stringify({ version: 1, seed, steps })), 1);
      assert.deepEqual(
        result.claims.map(({ id, status, actual }) => (status === 'pass' ? id : { id, status, actual })),
        TOUR_STEP_NAMES,
      );
    }
  });

  it('is not passed with the record of another seed, nor with any fact changed', async () => {
    const steps = await taken(1);
    const judge = async (seed: number, changed: readonly object[]) =>
      (await grade(LAB, files(JSON.stringify({ version: 1, seed, steps: changed })), 1)).claims.find(
        ({ status }) => status !== 'pass',
      )?.id;
    assert.notEqual(await judge(2, steps), undefined);
    for (const [index, { step, ...facts }] of steps.entries()) {
      for (const [name, fact] of Object.entries(facts)) {
        const other = typeof fact === 'number' ? fact + 1000 : `0x${(valueOf(fact) + 1n).toString(16)}`;
        const changed = steps.map((one, n) => (n === index ? { ...one, [name]: other } : one));
        assert.equal(await judge(1, changed), step, `${step}.${name}`);
      }
    }
  });

  it('reads a record, or says what is wrong with it', () => {
    assert.deepEqual(readTour('{ "version": 1, "seed": 1, "steps": [] }'), { version: 1, seed: 1, steps: [] });
    const wrong = [
      ['', /no JSON/],
      ['[]', /no object/],
      ['null', /no object/],
      ['{ "version": 2 }', /version is 2/],
      ['{ "version": 1, "seed": -1 }', /seed is -1/],
      ['{ "version": 1, "seed": 1, "steps": {} }', /no list/],
      ['{ "version": 1, "seed": 1, "steps": [1] }', /steps\[0\]: it is no object/],
      ['{ "version": 1, "seed": 1, "steps": [{ "step": "constructor" }] }', /no step "constructor"/],
      ['{ "version": 1, "seed": 1, "steps": [{ "step": "start", "rip": 5 }] }', /rip of start is 5/],
      ['{ "version": 1, "seed": 1, "steps": [{ "step": "start", "rip": "0xG" }] }', /rip of start is "0xG"/],
    ] as const;
    for (const [text, message] of wrong) {
      const read = readTour(text);
      assert.equal(typeof read, 'string', text);
      assert.match(read as string, message);
    }
  });

  it('with a file that is none fails at its first claim', async () => {
    const { claims, passed } = await grade(LAB, files('oh'), 1);
    assert.equal(passed, false);
    assert.deepEqual([claims[0]!.status, claims[1]!.status], ['fail', 'not-reached']);
    assert.match(claims[0]!.message!, /cannot be read/);
  });
});
