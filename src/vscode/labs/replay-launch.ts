/** What a claim failed with, as files beside the learner's and a launch configuration that runs them. */
import type { Lab } from '../../labs/lab';
import type { Replay } from '../../protocol/lab';
import { labName } from './launch-of';
import type { LabLaunch } from './launch-of';

export interface ReplayLaunch {
  /** Texts to be written into the copy, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly launch: LabLaunch;
}

const HEAD = '; What the newest check failed with, to be seen under the debugger. It is written anew each time.\n';

/** `place` makes a path of the copy whole; `mark` is what the session is found again by. */
export function replayLaunch(
  lab: Lab,
  replay: Replay,
  type: string,
  mark: string,
  place: (path: string) => string,
): ReplayLaunch {
  const cpu = replay.cpu === undefined ? {} : { cpu: replay.cpu };
  const common = {
    type,
    request: 'launch',
    name: `${labName(lab)}, as checked`,
    lab: lab.id,
    check: mark,
    ...cpu,
  } as const;
  if (replay.kind === 'bare') {
    const file = 'check.asm';
    const launch = { ...common, program: place(file), mode: 'bare', memory: replay.memoryMb, msrs: replay.msrs };
    return { files: { [file]: HEAD + replay.source }, launch };
  }
  const named = replay.guests.map((guest, id) => ({ ...guest, file: `check-${'abcdefgh'.charAt(id)}.asm` }));
  const guests = named.map(({ file, name, memoryMb, weight, paging, handlers }) => ({
    program: place(file),
    name,
    memory: memoryMb,
    weight,
    paging,
    ...(handlers === undefined ? {} : { handlers: place(handlers) }),
  }));
  return {
    files: Object.fromEntries(named.map(({ file, source }) => [file, HEAD + source])),
    launch: { ...common, guests },
  };
}
