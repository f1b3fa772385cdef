/**
 * Shadow tables judged: shadow = map ∘ guest, over everything both say. It knows nothing of how the shadow was made: it reads the tables
 * the processor walks, the guest's tables by the control registers kept for the guest, and the map.
 */
import { CR0_PG, CR0_WP, CR4_SMEP } from '../../engine/arch/registers';
import type { Machine } from '../../engine/machine/machine';
import type { PagingRegisters } from '../../engine/mmu/explain-walk';
import { TableFormats } from '../../engine/mmu/table-format';
import type { ShadowReason, ShadowSign } from '../../protocol/shadow';
import { promisedSpace, readMemory, SYSTEM_PHYSICAL } from '../memory';
import type { AddressSpace } from '../memory';
import { keptRegisters, type KeptPaging } from '../kept-paging';
import { TableCursor, type Found, type FoundPage } from './table-cursor';

/** One or more pages in a row of which the same is to be said. */
export interface ComparedPages {
  /** First GVA, as an unsigned number of 48 or 32 bits. */
  readonly gva: number;
  /** Bytes of a page, and how many. */
  readonly page: number;
  readonly count: number;
  /** As at the first page; undefined: not present. */
  readonly guest: FoundPage | undefined;
  readonly shadow: FoundPage | undefined;
  /** GPA of the first byte, and the SPA the map gives it. */
  readonly gpa: number | undefined;
  readonly spa: number | undefined;
  readonly sign: ShadowSign;
  readonly reason: ShadowReason;
  readonly text: string;
}

interface Judgement {
  readonly sign: ShadowSign;
  readonly reason: ShadowReason;
  readonly text: string;
}

/** What can be compared of a guest. */
export interface ShadowSource {
  readonly machine: Machine;
  /** What the processor walks with. */
  readonly shadow: PagingRegisters;
  readonly kept: KeptPaging;
}

const MOST_TABLES = 8192;
const MOST_SEGMENTS = 400_000;

export class ShadowCompare {
  /** False: there was too much. */
  complete = true;
  private readonly guestCursor: TableCursor | undefined;
  private readonly shadowCursor: TableCursor;
  private readonly map: AddressSpace;
  private readonly tablePages: ReadonlySet<number>;

  constructor(private readonly source: ShadowSource) {
    const { machine, shadow, kept } = source;
    const formats = new TableFormats(machine.processor.limits);
    const { controls } = kept;
    this.map = promisedSpace(machine, keptRegisters(kept, 0), true);
    const reader = (space: AddressSpace) => (address: number, bytes: number) => {
      const found = readMemory(machine, space, BigInt(address), bytes);
      return found.length < bytes ? undefined : new DataView(found.buffer, found.byteOffset, found.length);
    };
    this.shadowCursor = new TableCursor(formats.select(shadow.cr4, shadow.efer), shadow.cr3, reader(SYSTEM_PHYSICAL));
    if ((controls.cr0 & CR0_PG) === 0) {
      this.tablePages = new Set();
      return;
    }
    const format = formats.select(controls.cr4, controls.efer);
    this.guestCursor = new TableCursor(format, controls.cr3, reader(this.map));
    const { pages, complete } = this.guestCursor.tablePages(MOST_TABLES);
    this.tablePages = pages;
    this.complete = complete;
  }

  /** In order of GVAs. */
  *pages(): Generator<ComparedPages> {
    // Nothing is walked.
    if ((this.source.shadow.cr0 & CR0_PG) === 0) return;
    const reach = Math.max(this.shadowCursor.reach, this.guestCursor?.reach ?? 0);
    let segments = 0;
    for (let gva = 0; gva < reach;) {
      const shadow = this.shadowAt(gva);
      const guest = this.guestAt(gva, shadow);
      const end = Math.min(shadow.end, guest.end);
      if (guest.kind === 'page' || shadow.kind !== 'hole') {
        if (++segments > MOST_SEGMENTS) {
          this.complete = false;
          return;
        }
        yield this.compared(gva, end, guest, shadow);
      }
      gva = end;
    }
  }

  private shadowAt(gva: number): Found {
    if (gva < this.shadowCursor.reach) return this.shadowCursor.at(gva);
    return { kind: 'hole', start: gva, end: Infinity, unit: 0x1000 };
  }

  /** With paging off the guest maps everything onto itself; of that, what the shadow holds is looked at. */
  private guestAt(gva: number, shadow: Found): Found {
    if (this.guestCursor) {
      if (gva < this.guestCursor.reach) return this.guestCursor.at(gva);
      return { kind: 'hole', start: gva, end: Infinity, unit: 0x1000 };
    }
    const { start, end } = shadow;
    if (shadow.kind === 'hole') return shadow;
    return {
      kind: 'page',
      start,
      end,
      target: start,
      low: 0,
      high: 0,
      rw: true,
      us: true,
      nx: false,
      a: true,
      d: true,
    };
  }

  private compared(gva: number, end: number, guest: Found, shadow: Found): ComparedPages {
    const ofGuest = guest.kind === 'page' ? guest : undefined;
    const ofShadow = shadow.kind === 'page' ? shadow : undefined;
    const gpa = ofGuest && ofGuest.target + (gva - ofGuest.start);
    const spa = gpa === undefined ? undefined : this.map.translate(BigInt(gpa));
    const sizes = [
      guest.kind === 'page' ? guest.end - guest.start : Infinity,
      shadow.kind === 'page' ? shadow.end - shadow.start : shadow.unit,
    ];
    const page = Math.min(...sizes, end - gva);
    const judgement = this.judge(gva, ofGuest, shadow, gpa, spa);
    return { gva, page, count: (end - gva) / page, guest: ofGuest, shadow: ofShadow, gpa, spa, ...judgement };
  }

  private judge(
    gva: number,
    guest: FoundPage | undefined,
    shadow: Found,
    gpa: number | undefined,
    spa: number | undefined,
  ): Judgement {
    if (shadow.kind === 'reserved') return wrong('reserved', 'a shadow entry on the way has reserved bits set');
    if (shadow.kind !== 'page') {
      if (!this.source.kept.isMemory(gpa!)) {
        return { sign: 'emulated', reason: 'none', text: 'no memory at this GPA: every access exits' };
      }
      const text = guest!.a ? 'used before: built again at its next #PF' : 'never touched: built at its first #PF';
      return { sign: 'not-built', reason: guest!.a ? 'dropped' : 'untouched', text };
    }
    if (!guest || gpa === undefined) return wrong('stale', 'the guest maps nothing here, and the shadow still does');
    const leads = shadow.target + (gva - shadow.start);
    if (spa === undefined)
      return wrong('wrong-frame', `leads to SPA ${hex(leads)}, and the guest has no memory at this GPA`);
    if (leads !== spa) return wrong('wrong-frame', `leads to SPA ${hex(leads)}, the guest’s frame lies at ${hex(spa)}`);
    return this.judgeRights(guest, shadow, gpa);
  }

  private judgeRights(guest: FoundPage, shadow: FoundPage, gpa: number): Judgement {
    const { controls } = this.source.kept;
    const wp = (controls.cr0 & CR0_WP) !== 0;
    const paged = (controls.cr0 & CR0_PG) !== 0;
    const granted = rightsOf(guest, controls.cr0, paged ? controls.cr4 : 0);
    const given = rightsOf(shadow, this.source.shadow.cr0, this.source.shadow.cr4);
    const excess = RIGHTS.find((right) => given[right] && !granted[right]);
    if (excess) return wrong('too-open', `the shadow allows ${WORDS[excess]}, the guest’s table does not`);
    if (!guest.a) return wrong('dirty-missed', 'A of the guest is 0, and no #PF will set it');
    const writable = given.userWrite || given.supervisorWrite;
    if (writable && !guest.d) return wrong('dirty-missed', 'writable while D of the guest is 0: no #PF will set it');
    const lack = RIGHTS.find((right) => granted[right] && !given[right]);
    if (!lack) return { sign: 'in-step', reason: 'none', text: 'in step' };
    if (guest.us && !shadow.us && !wp && given.supervisorWrite) {
      return stricter('supervisor', 'US held back: a supervisor has written to a page that is read-only for users');
    }
    if (lack.endsWith('Write') && !writable) {
      if (!guest.d) return stricter('dirty', 'RW held back until the guest’s D can be set');
      if (this.tablePages.has(gpa - (gpa % 0x1000)))
        return stricter('table', 'a guest page table lies here: writes must exit');
    }
    return stricter('rights', `the shadow does not allow ${WORDS[lack]} yet`);
  }
}

const RIGHTS = ['userRead', 'userWrite', 'userExecute', 'supervisorWrite', 'supervisorExecute'] as const;
type Right = (typeof RIGHTS)[number];
const WORDS: Readonly<Record<Right, string>> = {
  userRead: 'a user’s access',
  userWrite: 'a user’s write',
  userExecute: 'a user’s fetch',
  supervisorWrite: 'a supervisor’s write',
  supervisorExecute: 'a supervisor’s fetch',
};

function rightsOf({ rw, us, nx }: FoundPage, cr0: number, cr4: number): Readonly<Record<Right, boolean>> {
  return {
    userRead: us,
    userWrite: us && rw,
    userExecute: us && !nx,
    supervisorWrite: rw || (cr0 & CR0_WP) === 0,
    supervisorExecute: !nx && !(us && (cr4 & CR4_SMEP) !== 0),
  };
}

function wrong(reason: ShadowReason, text: string): Judgement {
  return { sign: 'wrong', reason, text };
}
function stricter(reason: ShadowReason, text: string): Judgement {
  return { sign: 'stricter', reason, text };
}
function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
