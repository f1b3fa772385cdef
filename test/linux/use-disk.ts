/**
 * Linux's own driver on the virtio disk: it is read to its end, gets a file system, and a file of some megabytes that is there again
 * after the file system was unmounted. A snapshot of in between is gone back to, and all of it happens again.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GuestTarget } from '../../src/session/guest-target';
import type { LabSnapshots } from '../../src/session/lab-snapshots';
import { machineDigest, stateText } from '../machine-digest';
import type { Linux } from './linux';
import { boardOf } from './open-linux';

/** What a disk did. */
export interface DiskRun {
  /** Bytes a virtual second, and instructions, of reading all of it. */
  readonly rate: number;
  readonly instructions: number;
  /** Interrupts of its queue, up to the end. */
  readonly interrupts: number;
}

const COPY = 'cat /bin/busybox >/mnt/copy; sync; umount /mnt; mount -t ext2 /dev/vda /mnt; md5sum /mnt/copy';
const UNMOUNT = 'umount /mnt';

/** `busybox`: path of the one in the first file system. Throws where anything differs. */
export function useDisk(linux: Linux, snapshots: LabSnapshots, image: Buffer, busybox: string): DiskRun {
  const began = linux.mark();
  linux.ask('dd if=/dev/vda of=/dev/null bs=64k');
  const read = linux.mark();
  assert.ok(linux.ask('md5sum /dev/vda').includes(`\n${md5(image)} `), 'the disk reads otherwise');
  const made = linux.ask('mke2fs /dev/vda >/dev/null && mount -t ext2 /dev/vda /mnt && echo made');
  assert.match(made, /\nmade\n/);

  const { lab } = linux;
  const before = { disk: md5(boardOf(lab).disk!.contents()), digest: digest(linux) };
  const snapshot = snapshots.take();
  const said = linux.console;
  const after = copy(linux, busybox);
  assert.notEqual(md5(boardOf(lab).disk!.contents()), before.disk, 'nothing was written');

  snapshots.restore(snapshot);
  linux.console = said;
  assert.equal(md5(boardOf(lab).disk!.contents()), before.disk, 'the disk did not come back');
  assert.equal(digest(linux), before.digest, 'the snapshot did not come back');
  assert.deepEqual(copy(linux, busybox), after, 'it went otherwise after the snapshot');

  const [, count = '', pin = ''] = /\n *\d+: +(\d+) +(.*) +virtio\d+\n/.exec(linux.ask('cat /proc/interrupts')) ?? [];
  assert.match(pin, /IO-APIC +18-fasteoi/, "INTA# of slot 2 is the I/O APIC's pin 18");
  return {
    rate: image.length / (read.virtual - began.virtual),
    instructions: read.instructions - began.instructions,
    interrupts: Number(count),
  };
}

/** Writes a file, and reads it once it can only come from the disk. */
function copy(linux: Linux, busybox: string): { said: string; disk: string; digest: string } {
  const bytes = readFileSync(busybox);
  const said = linux.ask(COPY);
  assert.ok(said.includes(`\n${md5(bytes)} `), `the file is not what was written: ${said}`);
  linux.ask(UNMOUNT);
  const contents = boardOf(linux.lab).disk!.contents();
  judge(contents, bytes);
  return { said, disk: md5(contents), digest: digest(linux) };
}

/** The file system by e2fsprogs of this machine, where there are any: whole, and the file in it. */
function judge(contents: Uint8Array, file: Buffer): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-disk-'));
  try {
    const disk = path.join(folder, 'disk.img');
    const out = path.join(folder, 'copy');
    writeFileSync(disk, contents);
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    const check = spawnSync('e2fsck', ['-fn', disk], { env, encoding: 'utf8' });
    if (check.error)
      return console.log(`      no e2fsck here: nobody else looked at the disk (${check.error.message})`);
    assert.equal(check.status, 0, check.stdout + check.stderr);
    spawnSync('debugfs', ['-R', `dump /copy ${out}`, disk], { env });
    assert.equal(md5(readFileSync(out)), md5(file), 'e2fsprogs read another file');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of the machine, and of what the hypervisor keeps. */
function digest({ lab: { target } }: Linux): string {
  const hypervisor = target instanceof GuestTarget ? stateText(target.hypervisor.saveState()) : '';
  return md5(Buffer.from(machineDigest(target.machine) + hypervisor));
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
