/** Starts an unmodified Linux on the machine or as a guest, waits for its shell, has it answer, powers it off. */
import { exitName } from '../../src/engine/arch/exit-codes';
import { GuestTarget } from '../../src/session/guest-target';
import type { Lab } from '../../src/session/lab';
import { LabSnapshots } from '../../src/session/lab-snapshots';
import type { TargetStop } from '../../src/session/target';
import { Linux, type Mark } from './linux';
import { ANSWER, POWER_OFF, QUESTION, type LinuxImages } from './images';
import { openLinux, type Way } from './open-linux';
import { useConsole } from './use-console';
import { useDisk, type DiskRun } from './use-disk';

export interface LinuxRun {
  readonly prompt: Mark;
  readonly end: Mark;
  /** How it ended after it was told to power off. */
  readonly stop: TargetStop['kind'];
  /** What its disk did; undefined where it was not used. */
  readonly disk: DiskRun | undefined;
  readonly exits: ReadonlyMap<string, number>;
  /** Bytes of the tables the hypervisor keeps for the guest at the end. */
  readonly tables: number;
  readonly console: string;
}

const PAGE = 4096;

/**
 * `devices`: with a disk and a virtio console. Throws when the shell does not come, or answers wrongly; the end of the console's
 * text is in the message.
 */
export async function bootLinux(
  way: Way,
  images: LinuxImages,
  devices: boolean,
  hear: (text: string) => void = () => undefined,
): Promise<LinuxRun> {
  const { lab, image } = await openLinux(way, images, devices);
  const snapshots = new LabSnapshots(lab.target);
  const linux = new Linux(lab, images.prompt, hear);
  linux.prompted('the shell', 0);
  const prompt = linux.mark();
  if (!linux.console.includes(images.marker)) throw linux.failure('/init did not speak');
  const answer = linux.ask(QUESTION);
  if (!ANSWER.test(answer)) throw linux.failure('the answer is wrong');
  if (devices) useConsole(linux);
  const disk = image && useDisk(linux, snapshots, image, images.busybox);
  linux.type(POWER_OFF);
  const stop = linux.until('the end', () => false)!;
  return {
    prompt,
    end: linux.mark(),
    stop: stop.kind,
    disk,
    exits: new Map([...lab.log.tally.kinds.values()].map(({ code, count }) => [exitName(code) ?? `${code}`, count])),
    tables: tablesOf(lab),
    console: linux.console,
  };
}

/** Bytes of the tables from GPA to SPA, and of shadow tables; those a hypervisor has at hand for later are no tables. */
function tablesOf({ target }: Lab): number {
  if (!(target instanceof GuestTarget)) return 0;
  const { map, shadow } = target.hypervisor.guests[0]!.memory.tablePages;
  return (map + shadow) * PAGE;
}
