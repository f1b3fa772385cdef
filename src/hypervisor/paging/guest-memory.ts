/** Guest-physical memory, however it is mapped: the one choice a hypervisor makes about paging. */

/** What became of a nested page fault. §15.25.6 */
export type NestedFault =
  | 'mapped' // the page is there now
  | 'absent' // no memory at that address
  | 'protection'; // it was mapped, and the access is not allowed

export interface GuestMemory {
  /** Highest guest-physical address of memory, plus one. */
  readonly size: number;
  /** SPA of the top table, for nCR3. */
  readonly root: number;

  /** Whether there is memory at a GPA. */
  isMemory(gpa: number): boolean;
  /** Bytes as the guest would read them; FFh where there is no memory. Marks nothing. */
  read(gpa: number, length: number): Uint8Array;
  /** A write on the guest's behalf: pages are backed as needed and marked dirty; returns how many bytes met memory. */
  write(gpa: number, bytes: Uint8Array): number;
  /** Puts an image where the guest will find it, without mapping or marking anything. */
  load(gpa: number, bytes: Uint8Array): number;

  /** Answers a nested page fault. `present`: bit P of EXITINFO1. */
  fault(gpa: number, present: boolean): NestedFault;
  /** Lets the guest see the system page `spa` at an absent page, or no longer. The caller flushes translations. */
  show(gpa: number, spa: number): void;
  hide(gpa: number): void;
}
