/** Firmware: an image that ends at 4 GB, where the reset vector is, and whose last 128 KB are also below 1 MB. */
import { BootError } from './boot-error';

const LARGEST = 16 * 0x10_0000;
/** The reset vector is 16 bytes below the end. §14.1.5 */
const SMALLEST = 16;

/** Checks an image; the machine takes it as it is. */
export function loadRom(bytes: Uint8Array): Uint8Array {
  if (bytes.length < SMALLEST) {
    throw new BootError(`a ROM of ${bytes.length} bytes has no reset vector: it is fetched 16 bytes below the end`);
  }
  if (bytes.length > LARGEST) {
    throw new BootError(`a ROM of ${bytes.length} bytes is too large: at most 16 MB lie below 4 GB`);
  }
  return bytes;
}
