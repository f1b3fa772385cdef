/** The uncompressed vmlinux in a bzImage whose payload is LZ4 (Debian's cloud kernel), or is an ELF file as it is. */

/** The legacy frame, which is what the kernel's build makes: blocks of at most 8 MB of plain text, each behind its size. */
const LEGACY_MAGIC = 0x184c2102;
const ELF_MAGIC = 0x464c457f;
const HEADER_MAGIC = 0x53726448;
const OTHERS = { 0x1f8b: 'gzip', 0xfd37: 'XZ', 0x5d00: 'LZMA', 0x425a: 'bzip2', 0x894c: 'LZO', 0x28b5: 'zstd' };

/** @param {Buffer} bzImage @returns {Buffer} */
export function vmlinuxOf(bzImage) {
  if (bzImage.length >= 4 && bzImage.readUInt32LE(0) === ELF_MAGIC) return bzImage;
  if (bzImage.length < 0x250 || bzImage.readUInt32LE(0x202) !== HEADER_MAGIC) {
    throw new Error("neither an ELF file nor a bzImage: 'HdrS' is not at offset 202h");
  }
  if (bzImage.readUInt16LE(0x206) < 0x208) throw new Error('the bzImage does not say where its payload is');
  const start = ((bzImage[0x1f1] || 4) + 1) * 512 + bzImage.readUInt32LE(0x248);
  const payload = bzImage.subarray(start, start + bzImage.readUInt32LE(0x24c));
  if (payload.length < 8) throw new Error('the payload of the bzImage lies outside the file');
  const magic = payload.readUInt32LE(0);
  if (magic === ELF_MAGIC) return payload;
  if (magic !== LEGACY_MAGIC) {
    const other = OTHERS[payload.readUInt16BE(0)];
    throw new Error(`the kernel is packed with ${other ?? 'something unknown'}: only LZ4 is unpacked here`);
  }
  // behind the frame the kernel's build puts the plain text's size
  const plain = Buffer.allocUnsafe(payload.readUInt32LE(payload.length - 4));
  const size = unpackLegacy(payload.subarray(4, payload.length - 4), plain);
  if (size !== plain.length) throw new Error(`the kernel unpacks to ${size} bytes, not the ${plain.length} it says`);
  return plain;
}

/** Unpacks blocks until the input ends. Returns how many bytes were written. */
function unpackLegacy(blocks, plain) {
  let out = 0;
  for (let at = 0; at + 4 <= blocks.length;) {
    const size = blocks.readUInt32LE(at);
    at += 4;
    if (at + size > blocks.length) throw new Error('an LZ4 block of the kernel is cut short');
    out = unpackBlock(blocks, at, at + size, plain, out);
    at += size;
  }
  return out;
}

/** One block: literals and matches in turn, the last without a match. Matches reach back within the block. */
function unpackBlock(from, at, end, to, out) {
  const begin = out;
  const damaged = () => new Error('an LZ4 block of the kernel is damaged');
  const lengthOf = (nibble) => {
    let length = nibble;
    if (nibble === 15) {
      let more;
      do length += more = from[at++];
      while (more === 255 && at < end);
    }
    return length;
  };
  while (at < end) {
    const token = from[at++];
    const literals = lengthOf(token >> 4);
    if (at + literals > end || out + literals > to.length) throw damaged();
    from.copy(to, out, at, at + literals);
    at += literals;
    out += literals;
    if (at >= end) break;
    const back = from[at] | (from[at + 1] << 8);
    at += 2;
    let length = lengthOf(token & 15) + 4;
    if (back === 0 || out - back < begin || out + length > to.length) throw damaged();
    if (back >= length) {
      to.copyWithin(out, out - back, out - back + length);
      out += length;
    } else for (; length > 0; length--, out++) to[out] = to[out - back];
  }
  return out;
}
