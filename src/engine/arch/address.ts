/** Guest-virtual address, 64 bits, for the outer edge (protocol, tests). The engine holds it as two 32-bit halves. §15.25 */
export type Gva = bigint & { readonly __space: 'gva' };

/** Guest-physical address, up to 52 bits, exact in a number. §15.25 */
export type Gpa = number & { readonly __space: 'gpa' };

/** System-physical address, up to 52 bits, exact in a number. §15.25 */
export type Spa = number & { readonly __space: 'spa' };

/** Bytes in the smallest page. §5.1 */
export const PAGE_SIZE = 0x1000;
export const PAGE_SHIFT = 12;
/** Offset within a 4 KB page. */
export const PAGE_OFFSET_MASK = 0xfff;
/** Bytes in a 2 MB page (long mode, PAE). §5.3.4 */
export const LARGE_PAGE_SIZE = 0x20_0000;
/** Bytes in a 4 MB page (legacy 32-bit paging with CR4.PSE). §5.2.2 */
export const LEGACY_LARGE_PAGE_SIZE = 0x40_0000;
/** Bytes in a 1 GB page. §5.3.5 */
export const HUGE_PAGE_SIZE = 0x4000_0000;

/** Widest physical address the architecture allows; CPUID Fn8000_0008 EAX[7:0] says what a processor has. §1.1.3 */
export const MAX_PHYSICAL_BITS = 52;

/** Width of a canonical virtual address with four levels of page tables. §5.3.1 */
export const CANONICAL_BITS = 48;
/** The same with CR4.LA57. §5.3.1 */
export const CANONICAL_BITS_LA57 = 57;
/** The upper half of an address is canonical when `hi >> shift` (arithmetic) is 0 or −1: bits 63:47 equal. §5.3.1 */
export const CANONICAL_HI_SHIFT = 15;
/** The same with CR4.LA57: bits 63:56 equal. §5.3.1 */
export const CANONICAL_HI_SHIFT_LA57 = 24;
