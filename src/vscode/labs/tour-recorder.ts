/** Writes down what the learner of a tour has seen, in the record of the copy. What the facts are is said in src/labs/tour. */
import { commands } from 'vscode';
import type { DebugSession, Disposable } from 'vscode';
import { readTour, TOUR_STEP_NAMES } from '../../labs/tour';
import type { TourFacts, TourRecord, TourStep, TourStepName } from '../../labs/tour';
import { hexOf } from '../../protocol/codec';
import type { SessionState } from '../../protocol/state';
import { bodyOf } from '../lab';
import type { Labs } from '../lab';
import type { Panels } from '../panels';
import { fileIn, textOf, writeText } from './course';
import type { Course, LabCopy } from './course';
import { isOf } from './evidence';

/** Each step as a context key, which marks the step of the walkthrough as done. */
const KEYS: Readonly<Record<TourStepName, string>> = {
  start: 'pacifica.tourStarted',
  'first-exit': 'pacifica.tourFirstExit',
  vmcb: 'pacifica.tourVmcb',
  'page-tables': 'pacifica.tourPageTables',
  'exit-log': 'pacifica.tourExitLog',
  finish: 'pacifica.tourFinished',
};
const OPENED = 'pacifica.tourOpened';
const PASSED = 'pacifica.tourPassed';

/** A session that stands still, and how it answers. */
interface Scene {
  readonly sessions: Labs;
  readonly session: DebugSession;
  readonly state: SessionState;
  readonly panels: Panels;
}

/** The facts of each step, or nothing while it is not done. */
const FACTS: { readonly [S in TourStepName]: (scene: Scene) => Promise<TourFacts[S] | undefined> } = {
  start: async (scene) => {
    const { state } = scene;
    return state.exits === 0 && state.reason === 'entry' ? { rip: await value(scene, 'rip') } : undefined;
  },
  'first-exit': async (scene) => {
    if (scene.state.exits !== 1 || !atExit(scene)) return undefined;
    const { number, code, rip } = await newest(scene);
    return { exit: number, code, rip };
  },
  vmcb: async (scene) => {
    if (!atExit(scene) || !scene.panels.isVisible('vmcb')) return undefined;
    const { number, code } = await newest(scene);
    return {
      exit: number,
      code,
      nRip: await value(scene, 'vmcb.nRIP'),
      asid: await value(scene, 'vmcb.GUEST_ASID'),
    };
  },
  'page-tables': async (scene) => {
    if (!atExit(scene) || !scene.panels.isVisible('page-tables')) return undefined;
    const cr3 = await register(scene, 'guest');
    const ncr3 = await register(scene, 'nested');
    return cr3 && ncr3 ? { exits: scene.state.exits, cr3, ncr3 } : undefined;
  },
  'exit-log': async (scene) => {
    if (scene.state.exits === 0 || !scene.panels.isVisible('exit-log')) return undefined;
    const { total, code } = await newest(scene);
    return { total, code };
  },
  finish: async (scene) => {
    if (!scene.state.ended) return undefined;
    const { total, code } = await newest(scene);
    return { total, code };
  },
};

export class TourRecorder implements Disposable {
  private readonly parts: Disposable[];
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly course: Course,
    private readonly sessions: Labs,
    private readonly panels: Panels,
  ) {
    this.parts = [
      sessions.onDidTell((event) => {
        if (bodyOf(event, 'pacifica/stopped')) this.later(event.session);
      }),
      panels.onDidShow(() => {
        if (sessions.current) this.later(sessions.current);
      }),
      course.onDidChange(() => void this.mark()),
    ];
    void this.mark();
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  /** One look after the other: two at once would write the same step twice. */
  private later(session: DebugSession): void {
    this.work = this.work
      .then(() => this.look(session))
      .catch((error: Error) => console.error(`Pacifica: ${error.message}`));
  }

  private get copies(): LabCopy[] {
    return this.course.copies.filter(({ lab }) => lab.record !== undefined);
  }

  /** Writes down every step that is done now, in their order. */
  private async look(session: DebugSession): Promise<void> {
    const copy = this.copies.find((each) => isOf(session, each));
    const before = copy && (await recordOf(copy));
    if (!copy || !before) return;
    const steps = [...before.steps];
    for (;;) {
      const name = TOUR_STEP_NAMES[steps.length];
      if (!name || !this.sessions.all.includes(session)) break;
      const state = await this.sessions.ask(session, 'pacifica/state', {});
      if (state.running) break;
      const facts = await FACTS[name]({ sessions: this.sessions, session, state, panels: this.panels });
      if (!facts) break;
      steps.push({ step: name, ...facts } as TourStep);
    }
    if (steps.length === before.steps.length) return;
    await writeRecord(copy, { ...before, steps });
    await this.mark();
  }

  /** Tells the walkthrough how far one is. */
  private async mark(): Promise<void> {
    const [copy] = this.copies;
    const record = copy && (await recordOf(copy));
    const done = new Set(record?.steps.map(({ step }) => step));
    const set = (key: string, on: boolean) => commands.executeCommand('setContext', key, on);
    await set(OPENED, copy !== undefined);
    for (const name of TOUR_STEP_NAMES) await set(KEYS[name], done.has(name));
    const tour = this.course.labs.find(({ record: file }) => file !== undefined);
    await set(PASSED, tour !== undefined && this.course.progress.of(tour).passed === true);
  }
}

async function recordOf(copy: LabCopy): Promise<TourRecord | undefined> {
  const text = copy.lab.record === undefined ? undefined : await textOf(fileIn(copy, copy.lab.record));
  const record = text === undefined ? undefined : readTour(text);
  // a record that cannot be read is for the checker to speak of
  return typeof record === 'string' ? undefined : record;
}

/** A line a step, so that it can be read. */
async function writeRecord(copy: LabCopy, { version, seed, steps }: TourRecord): Promise<void> {
  const lines = steps.map((step) => `    ${JSON.stringify(step)}`).join(',\n');
  const text = `{\n  "version": ${version},\n  "seed": ${seed},\n  "steps": [\n${lines}\n  ]\n}\n`;
  await writeText(fileIn(copy, copy.lab.record ?? ''), text);
}

function atExit({ state }: Scene): boolean {
  return state.reason.startsWith('#VMEXIT');
}

/** The newest row of the exit log. */
async function newest({
  sessions,
  session,
}: Scene): Promise<{ total: number; number: number; code: string; rip: string }> {
  const { columns, total } = await sessions.ask(session, 'pacifica/exitLog', { first: -1, count: 1, filter: {} });
  const [number, code, rip] = [columns.number[0], columns.code[0], columns.rip[0]];
  if (number === undefined || code === undefined || rip === undefined) throw new Error('the exit log is empty');
  return { total, number, code: hexOf(BigInt(code)), rip };
}

/** A register or field by the name the debugger knows it by. */
async function value({ session }: Scene, expression: string): Promise<string> {
  const answer = (await session.customRequest('evaluate', { expression, context: 'watch' })) as {
    readonly memoryReference?: string;
  };
  const digits = /0x[0-9a-f]+$/i.exec(answer.memoryReference ?? '')?.[0];
  if (digits === undefined) throw new Error(`${expression} has no value`);
  return hexOf(BigInt(digits));
}

async function register({ sessions, session }: Scene, root: 'guest' | 'nested'): Promise<string | undefined> {
  const table = await sessions.ask(session, 'pacifica/pageTables', { root, path: [] });
  return table.kind === 'table' ? table.registerValue : undefined;
}
