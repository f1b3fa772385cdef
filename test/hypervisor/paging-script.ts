/**
 * Programs that torment page tables, made from a seed: they map, remap, alias, splinter, unmap, clear A and D, change rights and modes,
 * access as supervisor and user, and log every #PF (CR2, error code, RIP, RFLAGS) and every value read. After each change of a table they
 * flush as the manual asks, so that any processor must come to the same log.
 */
import type { Random } from '../mmu/random-tables';

export type ScriptFormat = 'legacy' | 'pae' | 'long';

export interface ScriptOptions {
  readonly format: ScriptFormat;
  readonly operations: number;
  /** SMEP and SMAP may be switched on. */
  readonly protections: boolean;
}

export const SCRIPT_MEMORY_MB = 8;
const STACK = 0x17_f000;
const IDT = 0x18_0000;
const GDT = 0x18_1000;
const TSS = 0x18_2000;
const VARIABLES = 0x18_f000;
const LOG_AT = VARIABLES;
const RESUME_SUPERVISOR = VARIABLES + 8;
const RESUME_USER = VARIABLES + 16;
const LOG = 0x19_0000;
const USER_CODE = 0x1a_0000;
const USER_STACK = 0x1a_2000;
const TABLES = 0x20_0000;
const FRAMES = 0x30_0000;
const FRAME_COUNT = 12;
const LARGE_FRAME = 0x40_0000;
const ABSENT = [0x1000_0000, 0xa_0000];

const P = 1n;
const RW = 2n;
const US = 4n;
const A = 0x20n;
const D = 0x40n;
const PS = 0x80n;
const G = 0x100n;
const NX = 1n << 63n;

class Writer {
  private readonly lines: string[] = [];
  private labels = 0;
  private tables = 0;
  /** Where the window's tables lie, by root. */
  private readonly directories: number[] = [];
  private readonly pageTables: number[] = [];
  private aliased = false;
  private globals = false;
  private root = 0;

  constructor(
    private readonly random: Random,
    private readonly options: ScriptOptions,
  ) {}

  private get is64(): boolean {
    return this.options.format === 'long';
  }
  private r(name: string): string {
    return (this.is64 ? 'r' : 'e') + name;
  }
  private get entrySize(): number {
    return this.options.format === 'legacy' ? 4 : 8;
  }
  private get indexes(): number {
    return 4096 / this.entrySize;
  }
  /** Bytes a directory entry spans. */
  private get span(): number {
    return this.indexes * 4096;
  }
  private get window(): bigint {
    return this.is64 ? 0x80_4000_0000n : 0x4000_0000n;
  }
  private emit(text: string): void {
    this.lines.push(text);
  }
  private label(): string {
    return `l${this.labels++}`;
  }
  private pick<T>(from: readonly T[]): T {
    return this.random.pick(from);
  }
  private below(n: number): number {
    return Math.floor(this.random.next() * n);
  }

  private table(): number {
    return TABLES + this.tables++ * 0x1000;
  }

  /** Writes an entry through the identity map. */
  private store(table: number, index: number, value: bigint): void {
    const at = table + index * this.entrySize;
    if (this.is64) this.emit(`mov rax, 0x${value.toString(16)}\nmov [0x${at.toString(16)}], rax`);
    else {
      if (this.entrySize === 8) this.emit(`mov dword [0x${(at + 4).toString(16)}], 0x${(value >> 32n).toString(16)}`);
      this.emit(`mov dword [0x${at.toString(16)}], 0x${(value & 0xffff_ffffn).toString(16)}`);
    }
  }

  private logRegister(): void {
    const [ax, bx] = [this.r('ax'), this.r('bx')];
    this.emit(`mov ${bx}, [${LOG_AT}]\nmov [${bx}], ${ax}\nadd ${bx}, 8\nmov [${LOG_AT}], ${bx}`);
  }

  program(): string {
    this.emit(this.is64 ? 'bits 64' : 'bits 32');
    this.emit('org 0x100000');
    this.start();
    this.buildTables();
    this.enablePaging();
    for (let n = 0; n < this.options.operations; n++) this.operation();
    this.emit(`mov al, 5\nmov dx, 0x3f8\nmov al, 'k'\nout dx, al\nxor eax, eax\nout 0xf4, al\nhlt`);
    this.handlers();
    return this.lines.join('\n');
  }

  private start(): void {
    const [ax, bx, sp] = [this.r('ax'), this.r('bx'), this.r('sp')];
    this.emit(`cld\nmov ${sp}, ${STACK}`);
    this.emit(`mov ${this.is64 ? 'qword' : 'dword'} [${LOG_AT}], ${LOG}`);
    const quad = (at: number, value: bigint): void => {
      this.emit(`mov dword [${at}], 0x${(value & 0xffff_ffffn).toString(16)}`);
      this.emit(`mov dword [${at + 4}], 0x${(value >> 32n).toString(16)}`);
    };
    const code = this.is64 ? 0x00af_9b00_0000_ffffn : 0x00cf_9b00_0000_ffffn;
    const dpl3 = 0x0000_6000_0000_0000n;
    quad(GDT + 8, code);
    quad(GDT + 16, 0x00cf_9300_0000_ffffn);
    quad(GDT + 24, code | dpl3);
    quad(GDT + 32, 0x00cf_9300_0000_ffffn | dpl3);
    quad(GDT + 40, (0x0000_8900_0000_0067n | (BigInt(TSS & 0xffff) << 16n) | (BigInt(TSS >> 16) << 32n)) & ~0n);
    quad(GDT + 48, 0n);
    this.emit(`mov dword [${TSS + 4}], ${STACK}`);
    if (!this.is64) this.emit(`mov dword [${TSS + 8}], 0x10`);
    this.emit(`lgdt [gdtr]\nlidt [idtr]\nmov ax, 0x28\nltr ax\nmov ax, 0x23\nmov ds, ax\nmov es, ax`);
    for (const [vector, handler, type] of [
      [14, 'page_fault', 0x8e],
      [0x80, 'from_user', 0xee],
      [13, 'other', 0x8e],
      [6, 'undefined', 0x8e],
      [8, 'other', 0x8e],
    ] as const) {
      const at = IDT + vector * (this.is64 ? 16 : 8);
      this.emit(`mov ${ax}, ${handler}\nmov [${at}], ax\nshr eax, 16\nmov [${at + 6}], ax`);
      this.emit(`mov word [${at + 2}], 8\nmov word [${at + 4}], 0x${(type << 8).toString(16)}`);
    }
    for (let n = 0; n < FRAME_COUNT; n++) {
      const at = FRAMES + n * 0x1000;
      this.emit(`mov dword [${at}], 0x${(0x1000_0000 + n).toString(16)}`);
      this.emit(`mov word [${at + 0x100}], 0x80cd\nmov byte [${at + 0x200}], 0xc3`);
    }
    for (const page of [0, 1, 2, 3, 4, 5, this.indexes - 2, this.indexes - 1]) {
      const at = LARGE_FRAME + page * 0x1000;
      this.emit(`mov word [${at + 0x100}], 0x80cd\nmov byte [${at + 0x200}], 0xc3`);
    }
    this.emit(
      `mov ${this.r('si')}, user_code\nmov ${this.r('di')}, ${USER_CODE}\nmov ecx, user_end - user_code\nrep movsb`,
    );
    this.emit(`mov ${bx}, 0`);
  }

  private buildTables(): void {
    const all = P | RW | US;
    const identity = [this.table(), this.table()];
    const perTable = this.indexes;
    for (let page = 0; page < 0x200; page++) {
      const gpa = BigInt(page) << 12n;
      const user = page === USER_CODE >> 12 || page === (USER_STACK >> 12) - 1 ? US : 0n;
      this.store(identity[0]!, page, gpa | P | RW | user);
    }
    const large = this.random.chance(0.5);
    // 2 MB to 4 MB: where the tables are.
    for (let page = 0x200; page < 0x400; page++) {
      const value = (BigInt(page) << 12n) | P | RW;
      if (perTable === 1024) this.store(identity[0]!, page, value);
      else if (!large) this.store(identity[1]!, page - 0x200, value);
    }
    for (let n = 0; n < 3; n++) this.pageTables.push(this.table());
    const roots: number[] = [];
    const directory = this.table();
    if (this.options.format === 'legacy') {
      for (let n = 0; n < 2; n++) {
        const root = this.table();
        roots.push(root);
        this.directories.push(root);
        this.store(root, 0, BigInt(identity[0]!) | all);
        this.store(root, 1, 0x40_0000n | P | RW | PS);
        this.store(root, 0x3ff, BigInt(root) | P | RW);
      }
    } else {
      this.store(directory, 0, BigInt(identity[0]!) | all);
      this.store(directory, 1, large ? 0x20_0000n | P | RW | PS : BigInt(identity[1]!) | all);
      this.store(directory, 2, 0x40_0000n | P | RW | PS);
      this.store(directory, 3, 0x60_0000n | P | RW | PS);
      for (let n = 0; n < 2; n++) {
        const root = this.table();
        const windows = this.table();
        roots.push(root);
        this.directories.push(windows);
        if (this.is64) {
          const [low, high] = [this.table(), this.table()];
          this.store(root, 0, BigInt(low) | all);
          this.store(low, 0, BigInt(directory) | all);
          this.store(root, 1, BigInt(high) | all);
          this.store(high, 1, BigInt(windows) | all);
          this.store(root, 0x1ff, BigInt(root) | P | RW);
        } else {
          this.store(root, 0, BigInt(directory) | P);
          this.store(root, 1, BigInt(windows) | P);
        }
      }
    }
    for (const [n, windows] of this.directories.entries()) {
      const first = this.options.format === 'legacy' ? 0x100 : 0;
      for (let pde = 0; pde < 3; pde++) this.store(windows, first + pde, BigInt(this.pageTables[(pde + n) % 3]!) | all);
    }
    this.roots = roots;
  }
  private roots: number[] = [];

  private enablePaging(): void {
    const { format } = this.options;
    const [ax] = [this.r('ax')];
    if (format !== 'legacy') this.emit('mov ecx, 0xc0000080\nrdmsr\nor eax, 0x800\nwrmsr');
    this.emit(
      `mov ${ax}, cr4\nor eax, 0x${(0x10 | (format === 'legacy' ? 0 : 0x20) | 0x80).toString(16)}\nmov cr4, ${ax}`,
    );
    this.emit(`mov ${ax}, 0x${this.roots[0]!.toString(16)}\nmov cr3, ${ax}`);
    this.emit(`mov ${ax}, cr0\nor eax, 0x80010000\nmov cr0, ${ax}\njmp paged\npaged:`);
  }

  // Operations

  private flushAll(): void {
    const ax = this.r('ax');
    if (this.globals || this.random.chance(0.2)) {
      this.emit(`mov ${ax}, cr4\nxor eax, 0x80\nmov cr4, ${ax}\nxor eax, 0x80\nmov cr4, ${ax}`);
    } else this.emit(`mov ${ax}, cr3\nmov cr3, ${ax}`);
  }

  private address(pde: number, page: number, offset: number): bigint {
    return this.window + BigInt(pde * this.span + page * 4096 + offset);
  }

  private somePage(): number {
    return this.pick([0, 1, 2, 3, this.indexes - 2, this.indexes - 1]);
  }

  private someFrame(): bigint {
    if (this.random.chance(0.08)) return BigInt(this.pick(ABSENT));
    return BigInt(FRAMES + this.below(FRAME_COUNT) * 0x1000);
  }

  private someFlags(leaf: boolean): bigint {
    let flags = this.random.chance(0.9) ? P : 0n;
    if (this.random.chance(0.7)) flags |= RW;
    if (this.random.chance(0.6)) flags |= US;
    if (this.random.chance(0.4)) flags |= A;
    if (leaf && this.random.chance(0.4)) flags |= D;
    if (this.options.format !== 'legacy') {
      if (this.random.chance(0.15)) flags |= NX;
      if (this.random.chance(0.03)) flags |= 1n << 51n;
    }
    if (leaf && this.random.chance(0.1)) {
      flags |= G;
      this.globals = true;
    }
    return flags;
  }

  private operation(): void {
    const kind = this.below(100);
    if (kind < 50) this.access();
    else if (kind < 72) this.changePage();
    else if (kind < 80) this.changeDirectory();
    else if (kind < 84) this.logEntry();
    else if (kind < 88) this.switchRoot();
    else if (kind < 92) this.changeMode();
    else if (kind < 95) this.throughWindow();
    else if (kind < 97) this.storeString();
    else this.withoutPaging();
  }

  private changePage(): void {
    const table = this.pick(this.pageTables);
    const page = this.somePage();
    const ax = this.r('ax');
    if (this.random.chance(0.3)) {
      // Only A and D: as an operating system that ages its pages.
      this.emit(
        `and dword [0x${(table + page * this.entrySize).toString(16)}], 0x${this.pick(['ffffffdf', 'ffffffbf', 'ffffff9f'])}`,
      );
    } else this.store(table, page, this.someFrame() | this.someFlags(true));
    const places = this.placesOf(table);
    if (this.aliased || places.length === 0 || this.random.chance(0.2)) return this.flushAll();
    for (const pde of places) this.emit(`mov ${ax}, 0x${this.address(pde, page, 0).toString(16)}\ninvlpg [${ax}]`);
  }

  /** Directory entries of the current root that lead to a table, while nothing else was done to the directories. */
  private placesOf(table: number): number[] {
    return [0, 1, 2].filter((pde) => this.pageTables[(pde + this.root) % 3] === table);
  }

  private changeDirectory(): void {
    const windows = this.directories[this.root]!;
    const pde = this.below(3);
    const first = this.options.format === 'legacy' ? 0x100 : 0;
    this.aliased = true;
    if (this.random.chance(0.3)) {
      const size = BigInt(this.span);
      const frame = (BigInt(LARGE_FRAME) / size) * size;
      this.store(windows, first + pde, frame | this.someFlags(true) | PS);
    } else this.store(windows, first + pde, BigInt(this.pick(this.pageTables)) | this.someFlags(false));
    this.flushAll();
  }

  private logEntry(): void {
    const table = this.pick([...this.pageTables, ...this.directories]);
    const index = this.random.chance(0.7) ? this.somePage() : this.below(4);
    this.emit(`mov ${this.r('ax')}, [0x${(table + index * this.entrySize).toString(16)}]`);
    this.logRegister();
  }

  private switchRoot(): void {
    this.root = 1 - this.root;
    const ax = this.r('ax');
    this.emit(`mov ${ax}, 0x${this.roots[this.root]!.toString(16)}\nmov cr3, ${ax}`);
    this.flushAll();
  }

  private changeMode(): void {
    const ax = this.r('ax');
    const bits: [string, number][] = [['cr0', 0x1_0000]];
    if (this.options.protections) bits.push(['cr4', 0x10_0000], ['cr4', 0x20_0000], ['cr4', 0x30_0000]);
    const [register, mask] = this.pick(bits);
    this.emit(`mov ${ax}, ${register}\nxor eax, 0x${mask.toString(16)}\nmov ${register}, ${ax}`);
    this.emit(`mov ${ax}, ${register}`);
    this.logRegister();
    if (this.options.format !== 'legacy' && this.random.chance(0.3)) {
      this.emit('mov ecx, 0xc0000080\nrdmsr\nxor eax, 0x800\nwrmsr');
      this.flushAll();
      this.access();
      this.emit('mov ecx, 0xc0000080\nrdmsr\nxor eax, 0x800\nwrmsr');
      this.flushAll();
    }
  }

  /** A page table is mapped in the window and written through it. */
  private throughWindow(): void {
    const table = this.pageTables[this.root % 3]!;
    const windows = this.directories[this.root]!;
    const first = this.options.format === 'legacy' ? 0x100 : 0;
    this.store(windows, first, BigInt(table) | P | RW | US);
    this.store(table, 4, BigInt(table) | P | RW);
    this.aliased = true;
    this.flushAll();
    const at = this.address(0, 4, 5 * this.entrySize);
    const [ax, si] = [this.r('ax'), this.r('si')];
    const value = (this.someFrame() & 0xffff_f000n) | P | RW;
    this.emit(
      `mov ${si}, 0x${at.toString(16)}\nmov eax, 0x${value.toString(16)}\nmov [${si}], ${this.is64 ? 'rax' : 'eax'}`,
    );
    if (this.entrySize === 8 && !this.is64) this.emit(`mov dword [${si} + 4], 0`);
    this.flushAll();
    this.emit(`mov ${si}, 0x${this.address(0, 5, 8).toString(16)}\nmov ${ax}, [${si}]`);
    this.guarded(`inc dword [${si}]`);
    this.store(table, 4, 0n);
    this.flushAll();
  }

  /** REP STOSB from one page into the next. */
  private storeString(): void {
    const pde = this.below(3);
    const address = this.address(pde, this.pick([0, 1, 2]), 0xff8);
    const body = `mov ${this.r('di')}, 0x${address.toString(16)}\nmov ecx, 16\nmov al, ${this.below(256)}\nrep stosb`;
    this.guarded(body);
    this.emit(`mov ${this.r('ax')}, ${this.r('cx')}`);
    this.logRegister();
  }

  private withoutPaging(): void {
    if (this.is64) return;
    const ax = this.r('ax');
    this.emit(`mov ${ax}, cr0\nand eax, 0x7fffffff\nmov cr0, ${ax}`);
    this.emit(`inc dword [${FRAMES + 0x800}]`);
    if (this.random.chance(0.5))
      this.store(this.pick(this.pageTables), this.somePage(), this.someFrame() | this.someFlags(true));
    this.emit(`mov ${ax}, cr0\nor eax, 0x80000000\nmov cr0, ${ax}`);
  }

  /** An instruction as supervisor that may fault: a #PF is logged and it is left out. */
  private guarded(body: string): void {
    const [sp, ax] = [this.r('sp'), this.r('ax')];
    const next = this.label();
    const size = this.is64 ? 'qword' : 'dword';
    this.emit(`mov ${size} [${RESUME_SUPERVISOR}], ${next}\n${body}\n${next}:\nmov ${sp}, ${STACK}`);
    this.emit(`pushf${this.is64 ? 'q' : 'd'}\nand dword [${sp}], 0xfffbffff\npopf${this.is64 ? 'q' : 'd'}`);
    this.emit(`xor ${ax}, ${ax}`);
  }

  private access(): void {
    const pde = this.below(3);
    const page = this.somePage();
    const offset = this.pick([8, 0x40, 0x80, 0xff0, 0xffe]);
    const address = this.address(pde, page, offset);
    const start = this.address(pde, page, 0);
    const [ax, si] = [this.r('ax'), this.r('si')];
    const load = `mov ${si}, 0x${address.toString(16)}`;
    if (this.random.chance(0.6)) {
      const ac = this.random.chance(0.3)
        ? `pushf${this.is64 ? 'q' : 'd'}\nor dword [${this.r('sp')}], 0x40000\npopf${this.is64 ? 'q' : 'd'}\n`
        : '';
      const log = `mov ${this.r('bx')}, [${LOG_AT}]\nmov [${this.r('bx')}], ${ax}\nadd ${this.r('bx')}, 8\nmov [${LOG_AT}], ${this.r('bx')}`;
      switch (this.below(5)) {
        case 0:
        case 1:
          return this.guarded(`${load}\n${ac}mov ${ax}, [${si}]\n${log}`);
        case 2:
          return this.guarded(`${load}\n${ac}mov dword [${si}], 0x${this.below(0x7fff_ffff).toString(16)}`);
        case 3:
          return this.guarded(`${load}\n${ac}add dword [${si}], 3`);
        default:
          return this.guarded(`mov ${si}, 0x${(start + 0x200n).toString(16)}\n${ac}call ${si}`);
      }
    }
    const routine = this.pick(['read', 'read', 'write', 'add', 'run']);
    const target = routine === 'run' ? start + 0x100n : address;
    const next = this.label();
    const size = this.is64 ? 'qword' : 'dword';
    this.emit(
      `mov ${size} [${RESUME_USER}], ${next}\nmov ${si}, 0x${target.toString(16)}\nmov ${ax}, 0x${this.below(0x7fff).toString(16)}`,
    );
    this.emit(
      `push ${this.is64 ? '' : 'dword '}0x23\npush ${this.is64 ? '' : 'dword '}${USER_STACK}\npushf${this.is64 ? 'q' : 'd'}`,
    );
    this.emit(
      `push ${this.is64 ? '' : 'dword '}0x1b\npush ${this.is64 ? '' : 'dword '}${USER_CODE} + user_${routine} - user_code`,
    );
    this.emit(`${this.is64 ? 'iretq' : 'iretd'}\n${next}:`);
  }

  private handlers(): void {
    const [ax, bx, sp, si] = [this.r('ax'), this.r('bx'), this.r('sp'), this.r('si')];
    const word = this.is64 ? 8 : 4;
    const iret = this.is64 ? 'iretq' : 'iretd';
    this.emit(`page_fault:\npush ${ax}\npush ${bx}\nmov ${bx}, [${LOG_AT}]\nmov ${ax}, cr2\nmov [${bx}], ${ax}`);
    for (const [n, at] of [2, 3, 5].entries())
      this.emit(`mov ${ax}, [${sp} + ${at * word}]\nmov [${bx} + ${8 + n * 8}], ${ax}`);
    this.emit(`add ${bx}, 32\nmov [${LOG_AT}], ${bx}\ntest byte [${sp} + ${4 * word}], 3\njnz of_user`);
    this.emit(
      `mov ${ax}, [${RESUME_SUPERVISOR}]\nmov [${sp} + ${3 * word}], ${ax}\npop ${bx}\npop ${ax}\nadd ${sp}, ${word}\n${iret}`,
    );
    this.emit(`of_user:\nmov ${sp}, ${STACK}\njmp ${this.is64 ? 'qword' : 'dword'} [${RESUME_USER}]`);
    this.emit(
      `from_user:\nmov ${sp}, ${STACK}\nmov ${bx}, [${LOG_AT}]\nmov [${bx}], ${ax}\nadd ${bx}, 8\nmov [${LOG_AT}], ${bx}`,
    );
    this.emit(`jmp ${this.is64 ? 'qword' : 'dword'} [${RESUME_USER}]`);
    // Ones, or data, were executed: logged like a #PF, with the address.
    this.emit(
      `undefined:\npush ${ax}\nmov ${ax}, 6\nmov cr2, ${ax}\npop ${ax}\npush ${this.is64 ? '' : 'dword '}0\njmp page_fault`,
    );
    this.emit(`other:\nmov al, 9\nout 0xf4, al\nhlt`);
    this.emit(`user_code:\nuser_read:\nmov ${ax}, [${si}]\nint 0x80\nuser_write:\nmov [${si}], ${ax}\nint 0x80`);
    this.emit(`user_add:\nadd [${si}], ${ax}\nint 0x80\nuser_run:\njmp ${si}\nuser_end:`);
    this.emit(`gdtr: dw 0x37\n${this.is64 ? 'dq' : 'dd'} ${GDT}\nidtr: dw 0xfff\n${this.is64 ? 'dq' : 'dd'} ${IDT}`);
  }
}

export function pagingScript(random: Random, options: ScriptOptions): string {
  return new Writer(random, options).program();
}
