/** Rows of the comparison, from the lowest GVA on, asked for as one comes to them. */
import type { Answer, Question } from '../../src/protocol/wire';
import type { ShadowComparison, ShadowRow } from '../../src/protocol/shadow';

type Ask = (question: Question<'pacifica/shadow'>) => Promise<Answer<'pacifica/shadow'>>;
export type Show = Question<'pacifica/shadow'>['show'];

/** Rows asked for at once. */
const LIMIT = 500;

export class ShadowRows {
  private list: ShadowRow[] = [];
  private next: string | null = null;
  /** Counts beginnings, so that late answers are told. */
  private epoch = 0;
  private asking = false;

  constructor(private readonly ask: Ask) {}

  get length(): number {
    return this.list.length;
  }
  at(index: number): ShadowRow | undefined {
    return this.list[index];
  }
  indexOf(gva: string | undefined): number {
    return this.list.findIndex((row) => row.gva === gva);
  }

  /** Begins anew. Undefined: overtaken by another beginning. */
  async begin(question: {
    readonly guest?: number;
    readonly show: Show;
  }): Promise<Answer<'pacifica/shadow'> | undefined> {
    const epoch = ++this.epoch;
    const before = this.list.length;
    // as many as were here, so that one who has gone down the list stays there
    const limit = Math.min(1000, Math.max(LIMIT, before));
    const answer = await this.ask({ ...question, limit });
    if (epoch !== this.epoch) return undefined;
    this.asking = false;
    this.list = answer.kind === 'comparison' ? [...answer.rows] : [];
    this.next = answer.kind === 'comparison' ? answer.next : null;
    return answer;
  }

  /** More rows, if there are any; true when some have come. */
  async more(question: { readonly guest?: number; readonly show: Show }): Promise<boolean> {
    const { next, epoch } = this;
    if (next === null || this.asking) return false;
    this.asking = true;
    try {
      const answer = await this.ask({ ...question, from: next, limit: LIMIT });
      if (epoch !== this.epoch || answer.kind === 'none') return false;
      this.append(answer);
      return true;
    } finally {
      if (epoch === this.epoch) this.asking = false;
    }
  }

  clear(): void {
    this.epoch++;
    this.asking = false;
    this.list = [];
    this.next = null;
  }

  private append({ rows, next }: ShadowComparison): void {
    this.list.push(...rows);
    this.next = next;
  }
}
