/** Guest-physical memory, however it is mapped: the one choice a hypervisor makes about paging. */
import type { PagingChoice } from '../guest-spec';

/** Pages of system memory that tables take. */
export interface TablePages {
  /** Of the map from GPA to SPA. */
  readonly map: number;
  /** Shadow tables in use now, and the most there have ever been. */
  readonly shadow: number;
  readonly mostShadow: number;
}

export interface GuestMemory {
  readonly kind: PagingChoice;
  /** Highest guest-physical address of memory, plus one. */
  readonly size: number;
  /**
   * SPA of the top table of the map from GPA to SPA, four levels in long-mode format: nCR3 under nested paging, else read by software
   * alone. An entry with P = 0 and an address is a page that has its contents and has not been touched by the guest.
   */
  readonly root: number;

  readonly tablePages: TablePages;

  /** Whether there is memory at a GPA. */
  isMemory(gpa: number): boolean;
  /** SPA of a GPA; undefined where there is no memory, or none is given to the page yet. */
  spaOf(gpa: number): number | undefined;
  /** Bytes as the guest would read them; FFh where there is no memory. Marks nothing. */
  read(gpa: number, length: number): Uint8Array;
  /** The same of a word at a multiple of 4, as an int32. */
  readWord(gpa: number): number;
  /** A write on the guest's behalf: pages are backed as needed and marked dirty; returns how many bytes met memory. */
  write(gpa: number, bytes: Uint8Array): number;
  /** Puts an image where the guest will find it, without mapping or marking anything. */
  load(gpa: number, bytes: Uint8Array): number;

  /** Lets the guest see the system page `spa` at an absent page, or no longer. The caller flushes translations. */
  show?(gpa: number, spa: number): void;
  hide?(gpa: number): void;
}
