/** What paging can be, and what holds it: a fact of recorded walks, tests of tables made at random, or both. */
import type { KnownAnswer } from './known-answers';

export interface PagingFact {
  readonly name: string;
  /** As the record names it. */
  readonly seen?: string;
  readonly tests?: readonly KnownAnswer[];
}

const WALK = 'test/mmu/walk.test.ts';
const ALONE = { file: WALK, test: 'paging ${nested' } as const;
const SIZES = { file: WALK, test: 'met every size of page, every error code and the longest walks' } as const;

const shadow = (test: string): KnownAnswer => ({ file: 'test/hypervisor/shadow.test.ts', test });
const RANDOM = shadow('every #PF, every value read, every A and D as on the machine');

const FORMATS = ['32-bit', '32-bit with PSE', 'PAE', '4-level'] as const;
const GUESTS = ['off', ...FORMATS] as const;

export const PAGING: readonly PagingFact[] = [
  { name: 'off', seen: 'off', tests: [ALONE] },
  { name: '32-bit, 4 KB', seen: '32-bit, 4 KB', tests: [ALONE] },
  { name: '32-bit with PSE, 4 KB', seen: '32-bit with PSE, 4 KB', tests: [ALONE] },
  { name: '32-bit with PSE, 4 MB', seen: '32-bit with PSE, 4 MB', tests: [SIZES] },
  { name: 'PAE, 4 KB', seen: 'PAE, 4 KB', tests: [ALONE] },
  { name: 'PAE, 2 MB', seen: 'PAE, 2 MB', tests: [SIZES] },
  { name: '4-level, 4 KB', seen: '4-level, 4 KB', tests: [ALONE] },
  { name: '4-level, 2 MB', seen: '4-level, 2 MB', tests: [SIZES] },
  { name: '4-level, 1 GB', seen: '4-level, 1 GB', tests: [SIZES] },
  { name: 'NX', seen: 'EFER.NXE', tests: [ALONE] },
  { name: 'WP', seen: 'CR0.WP', tests: [ALONE] },
  { name: 'SMEP', seen: 'CR4.SMEP', tests: [ALONE] },
  { name: 'SMAP', seen: 'CR4.SMAP', tests: [ALONE] },
  {
    name: 'global pages',
    seen: 'CR4.PGE',
    tests: [SIZES, { file: 'test/mmu/tlb.test.ts', test: 'flushes one space, with or without its global pages' }],
  },
  {
    name: 'PCID',
    seen: 'CR4.PCIDE',
    tests: [{ file: 'test/mmu/tlb.test.ts', test: 'gives each context of an ASID and of the host a space' }],
  },
  ...GUESTS.flatMap((guest) =>
    FORMATS.map((host) => ({
      name: `${guest} under nested ${host}`,
      seen: `${guest} under nested ${host}`,
      tests: [ALONE],
    })),
  ),
  { name: 'off under shadow tables', tests: [shadow('real mode: unpaged memory is mapped as it is touched')] },
  ...['32-bit', 'PAE', '4-level'].map((guest) => ({ name: `${guest} under shadow tables`, tests: [RANDOM] })),
];
