/** A cpio archive of the newc form, which Linux unpacks as its first file system. Linux: driver-api/early-userspace/buffer-format. */

const KINDS = { folder: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 };
const BLOCK = 512;

/**
 * @param {{ name: string, kind: 'folder' | 'file' | 'link' | 'device', mode?: number, bytes?: Buffer | string, device?: [number, number] }[]} entries
 *   folders before what is in them; a link's bytes are its target, a device is a character device (major, minor)
 * @returns {Buffer}
 */
export function cpio(entries) {
  const parts = entries.map((entry, n) => record(entry, n + 1));
  parts.push(record({ name: 'TRAILER!!!' }, 0));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...parts, Buffer.alloc(-size & (BLOCK - 1))]);
}

function record({ name, kind, mode = 0o755, bytes = '', device = [0, 0] }, inode) {
  const content = Buffer.from(bytes);
  const fields = [
    inode,
    kind === undefined ? 0 : KINDS[kind] | mode,
    0, // uid
    0, // gid
    kind === 'folder' ? 2 : 1, // links
    0, // time
    content.length,
    0, // the archive's own device, two numbers
    0,
    ...device,
    Buffer.byteLength(name) + 1,
    0, // check sum, of another form
  ];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`);
  return Buffer.concat([head, padding(head.length), content, padding(content.length)]);
}

function padding(length) {
  return Buffer.alloc(-length & 3);
}
