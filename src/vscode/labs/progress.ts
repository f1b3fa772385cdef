/** How far one is with the labs: a record a lab, kept by the editor. */
import type { Lab } from '../../labs/lab';
import type { Grade } from '../../protocol/lab';
import type { LabStatus } from '../../protocol/lab-page';

export interface LabRecord {
  /** The newest verdict; absent: never checked. */
  readonly passed?: boolean;
  /** Hints taken. */
  readonly hints: number;
}

/** What the editor keeps records in. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

const NOTHING: LabRecord = { hints: 0 };

export class Progress {
  constructor(private readonly memory: Memory) {}

  of(lab: Lab): LabRecord {
    const kept = this.memory.get<Partial<LabRecord>>(key(lab));
    const hints = Math.min(Math.max(0, Math.trunc(Number(kept?.hints ?? 0)) || 0), lab.hints.length);
    return typeof kept?.passed === 'boolean' ? { passed: kept.passed, hints } : { hints };
  }

  async graded(lab: Lab, { passed }: Grade): Promise<void> {
    await this.memory.update(key(lab), { ...this.of(lab), passed });
  }

  /** Takes one hint more, if there is one, and returns how many are taken now. */
  async takeHint(lab: Lab): Promise<number> {
    const record = this.of(lab);
    const hints = Math.min(record.hints + 1, lab.hints.length);
    await this.memory.update(key(lab), { ...record, hints });
    return hints;
  }

  /** As if the lab had never been opened. */
  async forget(lab: Lab): Promise<void> {
    await this.memory.update(key(lab), NOTHING);
  }
}

export function statusOf({ passed }: LabRecord, open: boolean): LabStatus {
  if (passed !== undefined) return passed ? 'passed' : 'failing';
  return open ? 'opened' : 'new';
}

function key(lab: Lab): string {
  return `pacifica.lab.${lab.id}`;
}
