import type { VirtualTime } from '../bus/clock';
import type { AccessSize, MmioTarget, PortDevice, PortRange } from '../bus/device';
import { type DeviceState, FLAG, type StateOf, U8, bytes, integer, loadFields, saveFields } from '../bus/device-state';

/** Text memory: SPA of the first byte, and its bytes. */
export const VGA_TEXT_BASE = 0xb_8000;
export const VGA_TEXT_BYTES = 0x8000;

const ATTRIBUTE = 0x3c0;
const ATTRIBUTE_READ = 0x3c1;
const MISC_WRITE = 0x3c2;
const SEQUENCER_INDEX = 0x3c4;
const SEQUENCER_DATA = 0x3c5;
const PEL_MASK = 0x3c6;
const DAC_READ_INDEX = 0x3c7;
const DAC_WRITE_INDEX = 0x3c8;
const DAC_DATA = 0x3c9;
const FEATURE_READ = 0x3ca;
const MISC_READ = 0x3cc;
const GRAPHICS_INDEX = 0x3ce;
const GRAPHICS_DATA = 0x3cf;
const CRTC_INDEX = 0x3d4;
const CRTC_DATA = 0x3d5;
const STATUS_1 = 0x3da;

/** Registers of mode 3 (80 × 25, 16 colours), by index. */
const MODE_3 = {
  misc: 0x67,
  sequencer: [0x03, 0x00, 0x03, 0x00, 0x02],
  // prettier-ignore
  crtc: [
    0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00,
    0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
  ],
  graphics: [0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff],
  // prettier-ignore
  attribute: [
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f,
    0x0c, 0x00, 0x0f, 0x08, 0x00,
  ],
} as const;

const CRTC = {
  COLUMNS: 0x01,
  OVERFLOW: 0x07,
  CELL_HEIGHT: 0x09,
  CURSOR_START: 0x0a,
  CURSOR_END: 0x0b,
  START_HIGH: 0x0c,
  CURSOR_HIGH: 0x0e,
  RETRACE_END: 0x11,
  LAST_LINE: 0x12,
  PITCH: 0x13,
} as const;
/** In RETRACE_END: registers 0 to 7 cannot be written, but for the line-compare bit of 7. */
const PROTECT = 0x80;
const LINE_COMPARE_8 = 0x10;
const CURSOR_OFF = 0x20;
const SEQUENCER_CLOCKING = 1;
const SCREEN_OFF = 0x20;
const GRAPHICS_MISC = 6;
const GRAPHICS_MODE = 0x01;
/** Registers of the attribute controller behind its palette, and bits of the first. */
const ATTRIBUTE_MODE = 0x10;
const COLOUR_SELECT = 0x14;
const BLINK = 0x08;
const COLOURS_54 = 0x80;
const COLOURS = 16;
const STATUS = { BLANK: 0x01, RETRACE: 0x08 } as const;
/** Attribute index: the palette belongs to the display. */
const PALETTE_ON = 0x20;
const BLANK_CELL = 0x0720;
const DAC_BYTES = 768;
const CELLS = VGA_TEXT_BYTES / 2;

/** 720 × 400 at 70 Hz: 900 × 449 dots of 28.322 MHz. */
const DOT_HZ = 28_322_000;
const LINE_DOTS = 900;
const VISIBLE_DOTS = 720;
const LINES = 449;
const VISIBLE_LINES = 400;
const RETRACE_LINES = { FIRST: 412, LAST: 413 } as const;
const SECOND = 1_000_000_000;

const VGA_STATE = {
  memory: bytes(VGA_TEXT_BYTES),
  misc: U8,
  sequencerIndex: U8,
  sequencer: bytes(MODE_3.sequencer.length),
  crtcIndex: U8,
  crtc: bytes(MODE_3.crtc.length),
  graphicsIndex: U8,
  graphics: bytes(MODE_3.graphics.length),
  attributeIndex: U8,
  attribute: bytes(MODE_3.attribute.length),
  /** The next write to the attribute port is data. */
  attributeData: FLAG,
  pelMask: U8,
  dac: bytes(DAC_BYTES),
  /** Byte of the colour table that is next, and whether the last index was for reading. */
  dacNext: integer(0, DAC_BYTES - 1),
  dacReads: FLAG,
};

/** What is on the screen. */
export interface VgaText {
  readonly columns: number;
  readonly rows: number;
  /** Row by row: character in bits 7–0 (code page 437), attribute in bits 15–8. */
  readonly cells: Uint16Array;
  /** Where the cursor blinks; undefined while it is off or outside. */
  readonly cursor: { readonly column: number; readonly row: number } | undefined;
  /** First and last of the lines of a cell that the cursor fills, and how many lines a cell has. */
  readonly cursorLines: { readonly first: number; readonly last: number; readonly of: number };
  /** Nothing is shown: switched off, or in a graphics mode. */
  readonly blank: boolean;
  /** Bit 7 of an attribute blinks; else it is one of the background's colour. */
  readonly blinks: boolean;
  /** The colours of attributes as the palette and the colour table make them: 8 bits each of red, green and blue, red highest. */
  readonly colours: readonly number[];
}

export interface VgaWires {
  name?: string;
  time: VirtualTime;
}

/**
 * A VGA in colour text mode: 32 KB of text memory at B8000h, and the registers of the real one, which keep what is written to them.
 * Those that move, cut or hide the text work; graphics modes and loadable fonts are not there. RESET leaves mode 3 and a blank screen,
 * as firmware does.
 */
export class VgaTextDisplay implements PortDevice, MmioTarget {
  readonly name: string;
  readonly ports: readonly PortRange[] = [
    { base: ATTRIBUTE, count: 16 },
    { base: CRTC_INDEX, count: 2 },
    { base: STATUS_1, count: 1 },
  ];
  private reg: StateOf<typeof VGA_STATE> = mode3();

  constructor(private readonly wires: VgaWires) {
    this.name = wires.name ?? 'VGA';
  }

  /** A copy of the screen as the registers show it. */
  text(): VgaText {
    const { crtc, memory } = this.reg;
    const columns = Math.min(crtc[CRTC.COLUMNS]! + 1, 132);
    const overflow = crtc[CRTC.OVERFLOW]!;
    const lastLine = crtc[CRTC.LAST_LINE]! | ((overflow & 0x02) << 7) | ((overflow & 0x40) << 3);
    const rows = Math.max(1, Math.min(60, Math.floor((lastLine + 1) / ((crtc[CRTC.CELL_HEIGHT]! & 0x1f) + 1))));
    const pitch = crtc[CRTC.PITCH]! * 2;
    const start = crtc[CRTC.START_HIGH]! * 256 + crtc[CRTC.START_HIGH + 1]!;
    const cells = new Uint16Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = ((start + row * pitch + column) % CELLS) * 2;
        cells[row * columns + column] = memory[at]! | (memory[at + 1]! << 8);
      }
    }
    const position = crtc[CRTC.CURSOR_HIGH]! * 256 + crtc[CRTC.CURSOR_HIGH + 1]! - start;
    const shown = pitch > 0 && position >= 0 && (crtc[CRTC.CURSOR_START]! & CURSOR_OFF) === 0;
    const cursor = { column: shown ? position % pitch : -1, row: shown ? Math.floor(position / pitch) : -1 };
    const inside = shown && cursor.column < columns && cursor.row < rows;
    return {
      columns,
      rows,
      cells,
      cursor: inside ? cursor : undefined,
      cursorLines: {
        first: crtc[CRTC.CURSOR_START]! & 0x1f,
        last: crtc[CRTC.CURSOR_END]! & 0x1f,
        of: (crtc[CRTC.CELL_HEIGHT]! & 0x1f) + 1,
      },
      blank: this.isBlank,
      blinks: (this.reg.attribute[ATTRIBUTE_MODE]! & BLINK) !== 0,
      colours: Array.from({ length: COLOURS }, (_, colour) => this.colour(colour)),
    };
  }

  private get isBlank(): boolean {
    const { sequencer, graphics, attributeIndex } = this.reg;
    const off = (sequencer[SEQUENCER_CLOCKING]! & SCREEN_OFF) !== 0 || (attributeIndex & PALETTE_ON) === 0;
    return off || (graphics[GRAPHICS_MISC]! & GRAPHICS_MODE) !== 0;
  }

  /** By way of the palette, whose entries have 6 bits, the upper two or four of an index of the colour table, and the mask. */
  private colour(attribute: number): number {
    const { attribute: registers, dac, pelMask } = this.reg;
    const select = registers[COLOUR_SELECT]!;
    let index = (registers[attribute]! & 0x3f) | ((select & 0x0c) << 4);
    if ((registers[ATTRIBUTE_MODE]! & COLOURS_54) !== 0) index = (index & 0xcf) | ((select & 0x03) << 4);
    const at = (index & pelMask) * 3;
    const part = (n: number): number => (dac[at + n]! << 2) | (dac[at + n]! >> 4);
    return (part(0) << 16) | (part(1) << 8) | part(2);
  }

  readMmio(offset: number, size: AccessSize): number {
    const { memory } = this.reg;
    let value = 0;
    for (let n = size - 1; n >= 0; n--) value = value * 256 + memory[offset + n]!;
    return value;
  }

  writeMmio(offset: number, size: AccessSize, value: number): void {
    for (let n = 0; n < size; n++) this.reg.memory[offset + n] = value >>> (8 * n);
  }

  readPort(port: number): number {
    const { reg } = this;
    switch (port) {
      case ATTRIBUTE:
        return reg.attributeIndex;
      case ATTRIBUTE_READ:
        return reg.attribute[reg.attributeIndex & 0x1f] ?? 0;
      case SEQUENCER_INDEX:
        return reg.sequencerIndex;
      case SEQUENCER_DATA:
        return reg.sequencer[reg.sequencerIndex] ?? 0;
      case PEL_MASK:
        return reg.pelMask;
      case DAC_READ_INDEX:
        return reg.dacReads ? 3 : 0;
      case DAC_WRITE_INDEX:
        return Math.floor(reg.dacNext / 3);
      case DAC_DATA: {
        const value = reg.dac[reg.dacNext]!;
        reg.dacNext = (reg.dacNext + 1) % DAC_BYTES;
        return value;
      }
      case MISC_READ:
        return reg.misc;
      case GRAPHICS_INDEX:
        return reg.graphicsIndex;
      case GRAPHICS_DATA:
        return reg.graphics[reg.graphicsIndex] ?? 0;
      case CRTC_INDEX:
        return reg.crtcIndex;
      case CRTC_DATA:
        return reg.crtc[reg.crtcIndex] ?? 0;
      case STATUS_1:
        reg.attributeData = false;
        return this.beam;
      case MISC_WRITE:
      case FEATURE_READ:
        // Status 0 and feature control: no interrupt, no monitor sensed.
        return 0;
      default:
        return 0xff;
    }
  }

  writePort(port: number, _size: AccessSize, value: number): void {
    const { reg } = this;
    switch (port) {
      case ATTRIBUTE:
        if (reg.attributeData) put(reg.attribute, reg.attributeIndex & 0x1f, value);
        else reg.attributeIndex = value & 0x3f;
        reg.attributeData = !reg.attributeData;
        break;
      case MISC_WRITE:
        reg.misc = value;
        break;
      case SEQUENCER_INDEX:
        reg.sequencerIndex = value;
        break;
      case SEQUENCER_DATA:
        put(reg.sequencer, reg.sequencerIndex, value);
        break;
      case PEL_MASK:
        reg.pelMask = value;
        break;
      case DAC_READ_INDEX:
      case DAC_WRITE_INDEX:
        reg.dacNext = value * 3;
        reg.dacReads = port === DAC_READ_INDEX;
        break;
      case DAC_DATA:
        reg.dac[reg.dacNext] = value & 0x3f;
        reg.dacNext = (reg.dacNext + 1) % DAC_BYTES;
        break;
      case GRAPHICS_INDEX:
        reg.graphicsIndex = value;
        break;
      case GRAPHICS_DATA:
        put(reg.graphics, reg.graphicsIndex, value);
        break;
      case CRTC_INDEX:
        reg.crtcIndex = value;
        break;
      case CRTC_DATA:
        this.writeCrtc(reg.crtcIndex, value);
        break;
    }
  }

  reset(): void {
    this.reg = mode3();
  }

  saveState(): DeviceState {
    return saveFields('vga-text', VGA_STATE, this.reg);
  }

  loadState(saved: DeviceState): void {
    this.reg = loadFields('vga-text', VGA_STATE, saved);
  }

  private writeCrtc(index: number, value: number): void {
    const { crtc } = this.reg;
    if (index > CRTC.OVERFLOW || !(crtc[CRTC.RETRACE_END]! & PROTECT)) put(crtc, index, value);
    else if (index === CRTC.OVERFLOW) crtc[index] = (crtc[index]! & ~LINE_COMPARE_8) | (value & LINE_COMPARE_8);
  }

  /** Input status 1: where the beam is at this moment. */
  private get beam(): number {
    const rest = this.wires.time.now % SECOND;
    const dot = Math.floor((rest * (DOT_HZ / 1000)) / (SECOND / 1000));
    const line = Math.floor(dot / LINE_DOTS) % LINES;
    const blank = line >= VISIBLE_LINES || dot % LINE_DOTS >= VISIBLE_DOTS;
    const retrace = line >= RETRACE_LINES.FIRST && line <= RETRACE_LINES.LAST;
    return (blank ? STATUS.BLANK : 0) | (retrace ? STATUS.RETRACE : 0);
  }
}

/** Registers that are not there drop what is written. */
function put(registers: Uint8Array, index: number, value: number): void {
  if (index < registers.length) registers[index] = value;
}

function mode3(): StateOf<typeof VGA_STATE> {
  const memory = new Uint8Array(VGA_TEXT_BYTES);
  new Uint16Array(memory.buffer).fill(BLANK_CELL);
  const dac = new Uint8Array(DAC_BYTES);
  // The 64 colours of an EGA: a bit of two thirds and one of a third for each of red, green and blue.
  for (let colour = 0; colour < 64; colour++) {
    for (let part = 0; part < 3; part++) {
      const strong = (colour >> (2 - part)) & 1;
      const weak = (colour >> (5 - part)) & 1;
      dac[colour * 3 + part] = strong * 0x2a + weak * 0x15;
    }
  }
  return {
    memory,
    misc: MODE_3.misc,
    sequencerIndex: 0,
    sequencer: Uint8Array.from(MODE_3.sequencer),
    crtcIndex: 0,
    crtc: Uint8Array.from(MODE_3.crtc),
    graphicsIndex: 0,
    graphics: Uint8Array.from(MODE_3.graphics),
    attributeIndex: PALETTE_ON,
    attribute: Uint8Array.from(MODE_3.attribute),
    attributeData: false,
    pelMask: 0xff,
    dac,
    dacNext: 0,
    dacReads: false,
  };
}
