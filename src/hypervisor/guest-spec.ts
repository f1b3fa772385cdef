/** What a guest is made of. Loaders produce images of this shape. */

/** A segment register as the VMCB holds it: 12-bit attributes, a byte limit. */
export interface GuestSegment {
  readonly selector: number;
  readonly attributes: number;
  readonly limit: number;
  readonly base: number;
}

/** Registers at the first instruction; addresses below 4 GB. General registers that are not said are zero. */
export interface GuestRegisters {
  readonly rip: number;
  readonly rsp: number;
  readonly rax?: number;
  readonly rbx?: number;
  readonly rsi?: number;
  readonly rflags: number;
  readonly cr0: number;
  readonly cr3: number;
  readonly cr4: number;
  readonly efer: number;
  readonly es: GuestSegment;
  readonly cs: GuestSegment;
  readonly ss: GuestSegment;
  readonly ds: GuestSegment;
  readonly fs: GuestSegment;
  readonly gs: GuestSegment;
  readonly ldtr: GuestSegment;
  readonly tr: GuestSegment;
  readonly gdtr: { readonly base: number; readonly limit: number };
  readonly idtr: { readonly base: number; readonly limit: number };
}

export interface GuestImage {
  /** Bytes by GPA: the program, and tables the registers refer to. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly registers: GuestRegisters;
}

/**
 * How guest-physical memory is mapped. `nested`: by tables of the hypervisor's that the processor walks (§15.25). `shadow`: by shadow
 * tables it keeps in step with the guest's own (§15.14 names what is intercepted). `own`: by the user's software; the guest's memory
 * is one run of system memory, and nothing is mapped.
 */
export type PagingChoice = 'nested' | 'shadow' | 'own';

/** What may be plugged into a guest's board. */
export interface GuestCards {
  /** What its virtio disk holds at the start; it is not changed. No disk if left out. */
  readonly disk?: Uint8Array;
  /** A virtio console beside COM1; what is typed goes there. */
  readonly virtioConsole?: boolean;
}

export interface GuestSpec extends GuestCards {
  readonly name: string;
  readonly memoryMb: number;
  readonly image: GuestImage;
  /** `nested` if left out. */
  readonly paging?: PagingChoice;
  /** Size of the pages nested tables map where they can: 4 KB if left out. */
  readonly nestedPage?: '4K' | '2M';
  /** Share of the processor, relative to the weights of the others: 1 if left out. */
  readonly weight?: number;
}

/** Megabytes of system memory a machine needs for guests of these sizes: with their tables, VMCBs and the host's own pages. */
export function systemMemoryMb(
  guests: readonly { readonly memoryMb: number; readonly paging?: PagingChoice; readonly nestedPage?: '4K' | '2M' }[],
): number {
  return guests.reduce((sum, guest) => sum + guest.memoryMb + tablesMb(guest.memoryMb) + extraMb(guest), 3);
}

function tablesMb(memoryMb: number): number {
  return Math.ceil(memoryMb / 256) + 1;
}

/** Shadow tables, or what is lost where memory begins and ends at multiples of 2 MB. */
function extraMb({ memoryMb, paging, nestedPage }: Parameters<typeof systemMemoryMb>[0][number]): number {
  if (paging === 'shadow') return Math.ceil(shadowBudget(memoryMb) / 256);
  return paging === 'own' || nestedPage === '2M' ? 3 : 0;
}

/** System pages the shadow tables of a guest may take. */
export function shadowBudget(memoryMb: number): number {
  return Math.max(256, memoryMb * 2);
}
