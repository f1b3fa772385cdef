/**
 * An unmodified Linux to start: Debian's cloud kernel and, in a file system of our making, Debian's busybox. Packages are unpacked
 * under .cache; nothing is installed.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cpio } from './cpio.mjs';
import { ROOT, capture } from './run.mjs';
import { unpackDebian } from './setup.mjs';
import { vmlinuxOf } from './vmlinux.mjs';

const KERNEL = 'linux-image-cloud-amd64';
const BUSYBOX = 'busybox-static';
const FOLDER = path.join(ROOT, '.cache/guest-linux');

/** What /init prints when the kernel has come so far. */
export const MARKER = 'The first process runs.';
/** What the shell prints when it waits. */
export const PROMPT = 'guest# ';
/** Without self-tests of the kernel's cryptography, which are longer than all the rest. */
export const COMMAND_LINE = 'console=ttyS0 nokaslr cryptomgr.notests reboot=t panic=-1 quiet mitigations=off';

const APPLETS = [
  'cat',
  'dd',
  'dmesg',
  'echo',
  'free',
  'grep',
  'head',
  'insmod',
  'ls',
  'md5sum',
  'mke2fs',
  'mount',
  'poweroff',
  'ps',
  'reboot',
  'sh',
  'sleep',
]
  .concat(['setsid', 'sync', 'tail', 'top', 'tty', 'umount', 'uname', 'uptime'])
  .sort();

/** Of the kernel, for virtio devices, in the order in which they need each other; with the PCI number of a driver's device. */
const VIRTIO = [
  'virtio/virtio_ring.ko',
  'virtio/virtio.ko',
  'virtio/virtio_pci_modern_dev.ko',
  'virtio/virtio_pci_legacy_dev.ko',
  'virtio/virtio_pci.ko',
];
const DRIVERS = { '0x1042': 'block/virtio_blk.ko', '0x1043': 'char/virtio_console.ko' };
const MODULES = [...VIRTIO, ...Object.values(DRIVERS)];

const insmod = (file) => `insmod /lib/${path.basename(file)}`;

/** A terminal of its own for the shell, so that Ctrl+C is heard. */
const INIT = `#!/bin/sh
export PATH=/bin HOME=/ TERM=dumb PS1='${PROMPT}'
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
if grep -q 0x1af4 /sys/bus/pci/devices/*/vendor; then
  ${VIRTIO.map(insmod).join('\n  ')}
  ${Object.entries(DRIVERS)
    .map(([device, file]) => `grep -q ${device} /sys/bus/pci/devices/*/device && ${insmod(file)}`)
    .join('\n  ')}
fi
tty=ttyS0
[ ! -c /dev/hvc0 ] || tty=hvc0
echo '${MARKER}'
exec setsid sh -c "exec sh -i </dev/$tty >/dev/$tty 2>&1"
`;

/** The first file system, as an uncompressed cpio archive, with a shell on hvc0, or on ttyS0 where there is none. `drivers`: the folder of the kernel's. */
export function initramfs(busybox, drivers) {
  const folder = (name) => ({ name, kind: 'folder' });
  const device = (name, major, minor) => ({ name, kind: 'device', mode: 0o600, device: [major, minor] });
  return cpio([
    ...['bin', 'dev', 'lib', 'mnt', 'proc', 'sys', 'tmp'].map(folder),
    device('dev/console', 5, 1),
    device('dev/null', 1, 3),
    device('dev/ttyS0', 4, 64),
    { name: 'bin/busybox', kind: 'file', bytes: busybox },
    ...APPLETS.map((name) => ({ name: `bin/${name}`, kind: 'link', mode: 0o777, bytes: 'busybox' })),
    ...MODULES.map((file) => ({
      name: `lib/${path.basename(file)}`,
      kind: 'file',
      bytes: readFileSync(path.join(drivers, file)),
    })),
    { name: 'init', kind: 'file', bytes: INIT },
  ]);
}

/** The newest kernel that the package of no version stands for, and busybox; none while apt knows neither. */
async function packages() {
  const { stdout } = await capture('apt-cache', ['depends', '--no-recommends', '--no-suggests', KERNEL]);
  const image = /Depends: (linux-image-[0-9]\S+-cloud-amd64)/.exec(stdout)?.[1];
  return image ? [image, BUSYBOX] : [];
}

/**
 * Makes the images, unless they are there. Throws with words for the user.
 * @param {{ kernel?: string, initrd?: string }} own files to take instead: a vmlinux or a bzImage; a cpio archive
 * @returns {Promise<{ vmlinux: string, bzImage: string | undefined, initrd: string, busybox: string }>} paths
 */
export async function guestImages({ kernel, initrd } = {}) {
  const vmlinux = path.join(FOLDER, 'vmlinux');
  if (kernel === undefined || initrd === undefined) {
    try {
      await unpackDebian(FOLDER, `${KERNEL} or ${BUSYBOX}`, packages);
    } catch (error) {
      throw new Error(
        `${error.message}\nWithout Debian's packages give files of your own: --kernel VMLINUX --initrd CPIO, such as those ` +
          `of ${KERNEL} (vmlinuz, whose vmlinux is packed with LZ4) and any initramfs with a shell on ttyS0 whose prompt is '${PROMPT}'`,
      );
    }
  }
  const boot = path.join(FOLDER, 'boot');
  const bzImage =
    kernel ??
    path.join(
      boot,
      readdirSync(boot).find((name) => name.startsWith('vmlinuz-')),
    );
  const stale = kernel !== undefined || !existsSync(vmlinux);
  if (stale) writeFileSync(kernel === undefined ? vmlinux : `${vmlinux}-own`, vmlinuxOf(readFileSync(bzImage)));
  const made = path.join(FOLDER, 'initrd.cpio');
  const busybox = path.join(FOLDER, 'bin/busybox');
  if (initrd === undefined) {
    const modules = path.join(FOLDER, 'lib/modules');
    const drivers = path.join(modules, readdirSync(modules)[0], 'kernel/drivers');
    writeFileSync(made, initramfs(readFileSync(busybox), drivers));
  }
  return {
    vmlinux: kernel === undefined ? vmlinux : `${vmlinux}-own`,
    bzImage,
    initrd: initrd ?? made,
    busybox,
  };
}
