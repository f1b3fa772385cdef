/** What a claim failed with is launched again: the same machine comes to the same exit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LABS } from '../../../labs/catalog';
import type { Lab } from '../../../src/labs/lab';
import { gradeNamed } from '../../../src/session/lab-runner/grade-named';
import { replayLaunch } from '../../../src/vscode/labs/replay-launch';
import { Client } from '../../debug/client';

const FOLDER = '/labs';

function submission(lab: Lab, kind: string): Record<string, string> {
  const read = (file: string) => {
    try {
      return readFileSync(path.join('labs', lab.id, kind, file), 'utf8');
    } catch {
      return readFileSync(path.join('labs', lab.id, 'solution', file), 'utf8');
    }
  };
  return Object.fromEntries(lab.files.map((file) => [file, read(file)]));
}

/** The newest exit of a session, and how many there are. */
async function newest(client: Client): Promise<{ total: number; code: number }> {
  const { total, columns } = await client.ask('pacifica/exitLog', { first: -1, count: 1, filter: {} });
  return { total, code: columns.code[0]! };
}

async function replay(lab: Lab, kind: string, claim: string): Promise<{ exit: number; total: number; code: number }> {
  const files = submission(lab, kind);
  const verdict = (await gradeNamed(lab.id, files, 1)).claims.find(({ id }) => id === claim);
  assert.ok(verdict?.replay && verdict.evidence, `${lab.id} ${kind}: ${claim} has nothing to run again`);
  const made = replayLaunch(lab, verdict.replay, 'pacifica', 'mark', (file) => `${FOLDER}/${file}`);
  const all = { ...files, ...made.files };
  const client = new Client(Object.fromEntries(Object.entries(all).map(([file, text]) => [`${FOLDER}/${file}`, text])));
  const exit = verdict.evidence.kind === 'exit' ? verdict.evidence.number : verdict.replay.exits;
  await client.launch({ ...made.launch, stopAtExit: exit });
  const seen = await newest(client);
  // what the editor shows is the line it stands at, of a file that was written
  const [thread] = (await client.request('threads')).threads;
  const { source } = await client.frame(thread!.id);
  const written = Object.keys(all).map((file) => `${FOLDER}/${file}`);
  assert.ok(written.includes(source?.path ?? ''), source?.path);
  await client.end();
  return { exit, ...seen };
}

describe('evidence of a claim, run again', function () {
  this.timeout(60_000);
  const lab = (id: string): Lab => {
    const found = LABS.find((each) => each.id === id);
    assert.ok(found, id);
    return found;
  };

  it('of handlers in TypeScript: the exit is the CPUID that was not left', async () => {
    const { exit, total, code } = await replay(lab('04-cpuid'), 'starter', 'one-exit');
    assert.equal(total, exit);
    assert.equal(code, 0x72, 'VMEXIT_CPUID');
  });

  it('of assembly on the bare machine: VMRUN is refused once more', async () => {
    const { total, exit, code } = await replay(lab('02-world-switch'), 'starter', 'accepted');
    assert.equal(total, exit);
    assert.equal(code, -1, 'VMEXIT_INVALID');
  });

  it('refuses MSRs that are none', async () => {
    const client = new Client({ '/a.asm': 'bits 64\nhlt\n' });
    const launch = { program: '/a.asm', mode: 'bare' };
    await client.request('initialize', { adapterID: 'pacifica' });
    assert.match(await client.refusal('launch', { ...launch, msrs: { EFER: '1' } }), /'msrs' is an object such as/);
    assert.match(await client.refusal('launch', { ...launch, msrs: { '0x999': '0x1' } }), /MSR 999h is not stored/);
  });

  it('says nothing of a checker, and finds its files beside the learner’s', () => {
    const guest = {
      source: 'hlt\n',
      name: 'guest A',
      memoryMb: 2,
      weight: 3,
      paging: 'own',
      handlers: 'p.ts',
    } as const;
    const guests = [guest, { ...guest, name: 'guest B', handlers: undefined }];
    const made = replayLaunch(
      lab('04-cpuid'),
      { kind: 'guests', guests, exits: 3, cpu: 'zen1' },
      'pacifica',
      'm',
      (f) => `/x/${f}`,
    );
    assert.deepEqual(Object.keys(made.files), ['check-a.asm', 'check-b.asm']);
    assert.match(made.files['check-a.asm'] ?? '', /^; .*\nhlt\n$/);
    const common = { memory: 2, weight: 3, paging: 'own' };
    assert.deepEqual(made.launch, {
      type: 'pacifica',
      request: 'launch',
      name: 'Lab 4: CPUID, as checked',
      lab: '04-cpuid',
      check: 'm',
      cpu: 'zen1',
      guests: [
        { program: '/x/check-a.asm', name: 'guest A', ...common, handlers: '/x/p.ts' },
        { program: '/x/check-b.asm', name: 'guest B', ...common },
      ],
    });
  });
});
