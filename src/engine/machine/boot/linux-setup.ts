/** The setup header of a bzImage and the boot_params page ("zero page"), by offset. Linux: Documentation/arch/x86/boot.rst, zero-page.rst. */

/** Offsets of the setup header's fields, the same in the file and in boot_params. */
export const SETUP = {
  sectors: 0x1f1,
  bootFlag: 0x1fe,
  /** Length of the header behind 202h: the displacement of a short JMP. */
  length: 0x201,
  magic: 0x202,
  version: 0x206,
  loader: 0x210,
  loadFlags: 0x211,
  code32Start: 0x214,
  ramdiskImage: 0x218,
  ramdiskSize: 0x21c,
  commandLine: 0x228,
  initrdMax: 0x22c,
  relocatable: 0x234,
  xloadFlags: 0x236,
  commandLineSize: 0x238,
  prefAddress: 0x258,
  initSize: 0x260,
} as const;

export const BOOT_FLAG = 0xaa55;
/** `HdrS`, little-endian. */
export const SETUP_MAGIC = 0x5372_6448;
/** Since when a field or a meaning is there. */
export const SINCE = { commandLineSize: 0x206, prefAddress: 0x20a, xloadFlags: 0x20c } as const;
export const LOADED_HIGH = 1;
export const CAN_USE_HEAP = 0x80;
export const KEEP_SEGMENTS = 0x40;
export const XLF_KERNEL_64 = 1;
/** A loader without a number of its own. */
export const LOADER_UNDEFINED = 0xff;

/** boot_params beside the header. */
export const BOOT_PARAMS = { size: 0x1000, rsdp: 0x070, e820Entries: 0x1e8, headerEnd: 0x290, e820: 0x2d0 } as const;
/** screen_info, at the beginning of boot_params. Linux: include/uapi/linux/screen_info.h. */
export const SCREEN_INFO = {
  cursorColumn: 0x00,
  cursorRow: 0x01,
  mode: 0x06,
  columns: 0x07,
  egaMemory: 0x0a,
  rows: 0x0e,
  isVga: 0x0f,
  characterHeight: 0x10,
} as const;
export const E820_ENTRY = 20;

/** Selectors of the flat segments at both entries. */
export const LINUX_SELECTORS = { code: 0x10, data: 0x18 } as const;
/** The 64-bit entry, behind the load address. */
export const ENTRY_64 = 0x200;
export const SECTOR = 512;
