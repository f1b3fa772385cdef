/** Other ways to be wrong, or right, in labs 5, 6, 9 and 10 than their mutants: what the checkers make of them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { labNamed } from '../../labs/catalog';
import { filesOf } from '../../src/cli/lab-files';
import { grade } from '../../src/session/lab-runner/grade';

const FOLDER = path.join(process.cwd(), 'labs');
const SEED = 7;

/** What is changed in the solution: each text of the file, and what stands there instead. */
interface Answer {
  readonly what: string;
  readonly file: string;
  readonly changes: readonly (readonly [string, string])[];
  /** Claim that fails first; undefined: it is right. */
  readonly claim?: string;
}

const ANSWERS: Readonly<Record<string, readonly Answer[]>> = {
  '05-time': [
    {
      what: 'the offset from a sum of its own',
      file: 'offset.ts',
      changes: [
        ['/** Called', 'let paused = 0n;\n\n/** Called'],
        [
          'vcpu.vmcb.tscOffset -= host.tsc - vcpu.exitTsc',
          'paused += host.tsc - vcpu.exitTsc;\n  vcpu.vmcb.tscOffset = -paused',
        ],
      ],
    },
    { what: 'the wrong sign', file: 'offset.ts', changes: [['-= host', '+= host']], claim: 'exits-hidden' },
    {
      what: 'only the last pause',
      file: 'offset.ts',
      changes: [['-= host.tsc - vcpu.exitTsc', '= vcpu.exitTsc - host.tsc']],
      claim: 'exits-hidden',
    },
    {
      what: 'a pause that is always as long',
      file: 'offset.ts',
      changes: [['host.tsc - vcpu.exitTsc', '1950n']],
      claim: 'monotone',
    },
    {
      what: '32-bit registers',
      file: 'intercept.ts',
      changes: [
        ['vcpu.rax = time & 0xffff_ffffn', 'vcpu.eax = Number(time & 0xffff_ffffn)'],
        ['vcpu.rdx = time >> 32n', 'vcpu.edx = Number(time >> 32n)'],
      ],
    },
    { what: 'EDX 0', file: 'intercept.ts', changes: [['vcpu.rdx = time >> 32n', 'vcpu.rdx = 0n']], claim: 'halves' },
    {
      what: 'the RDTSC again',
      file: 'intercept.ts',
      changes: [
        ['return advance()', 'return resume()'],
        ['advance,', 'resume,'],
      ],
      claim: 'one-exit-each',
    },
  ],
  '06-hypercalls': [
    {
      what: 'no check at all',
      file: 'hypercalls.ts',
      changes: [['return vcpu.guest.isMemory(gpa, Number(length));', 'return gpa >= 0n || length === 0n;']],
      claim: 'refused',
    },
    {
      what: 'the first byte alone',
      file: 'hypercalls.ts',
      changes: [['isMemory(gpa, Number(length))', 'isMemory(gpa)']],
      claim: 'refused',
    },
    {
      what: 'the end, and not the hole',
      file: 'hypercalls.ts',
      changes: [['vcpu.guest.isMemory(gpa, Number(length))', 'gpa + length <= vcpu.guest.size']],
      claim: 'refused',
    },
    {
      what: 'a copy that overtakes itself',
      file: 'hypercalls.ts',
      changes: [
        [
          'vcpu.guest.writeBytes(to, vcpu.guest.readBytes(from, Number(length)));',
          'for (let n = 0n; n < length; n++) vcpu.guest.write8(to + n, vcpu.guest.read8(from + n));',
        ],
      ],
      claim: 'copy',
    },
    {
      what: 'a batch in a batch',
      file: 'hypercalls.ts',
      changes: [['code === BATCH ? undefined : FUNCTIONS', 'FUNCTIONS']],
      claim: 'batch-results',
    },
  ],
  '09-shadow-paging': [
    {
      what: 'everything forgotten at INVLPG',
      file: 'pager.ts',
      changes: [['host.memory.write64(shadowEntry(vcpu.vmcb.exitInfo1), 0n);\n    flushTlb();', 'dropAll();']],
    },
    {
      what: 'INVLPGA',
      file: 'pager.ts',
      changes: [['0n);\n    flushTlb();', '0n);\n    host.invlpga(vcpu.vmcb.exitInfo1, vcpu.vmcb.guestAsid);']],
    },
    {
      what: 'read-only until this very write',
      file: 'pager.ts',
      changes: [['page.writable && (write || page.dirty)', 'page.writable && write']],
    },
    {
      what: 'GPAs for SPAs',
      file: 'pager.ts',
      changes: [['(vcpu.guest.spaOf(page.gpa) & PTE_FRAME)', '(page.gpa & PTE_FRAME)']],
      claim: 'first-fetch',
    },
    {
      what: 'always writable',
      file: 'pager.ts',
      changes: [['(open ? PTE_RW : 0n)', 'PTE_RW']],
      claim: 'filled',
    },
    {
      what: 'always a user page',
      file: 'pager.ts',
      changes: [['(page.user ? PTE_US : 0n)', 'PTE_US']],
      claim: 'filled',
    },
    {
      what: 'INVLPG ignored',
      file: 'pager.ts',
      changes: [['host.memory.write64(shadowEntry(vcpu.vmcb.exitInfo1), 0n);\n    flushTlb();', '']],
      claim: 'invlpg',
    },
    {
      what: 'old tables kept at a CR3 write',
      file: 'pager.ts',
      changes: [['    dropAll();\n    return', '    return']],
      claim: 'cr3',
    },
    {
      what: 'the TLB kept at a CR3 write',
      file: 'pager.ts',
      changes: [['  freshTable();\n  flushTlb();', '  freshTable();']],
      claim: 'translations',
    },
    {
      what: 'no #PF for the guest',
      file: 'pager.ts',
      changes: [['if (!page.present || (write && !page.writable))', 'if (page.entries.length === 0)']],
      claim: 'translations',
    },
    {
      what: 'A in the last entry alone',
      file: 'pager.ts',
      changes: [
        ['for (const entry of page.entries) mark(vcpu, entry, PTE_A)', 'mark(vcpu, page.entries.at(-1)!, PTE_A)'],
      ],
      claim: 'accessed-dirty',
    },
    { what: 'CR2 left as it was', file: 'pager.ts', changes: [['vcpu.vmcb.cr2 = gva;', '']], claim: 'reflected' },
    {
      what: 'CR2 of every #PF',
      file: 'pager.ts',
      changes: [['    if (!page.present ||', '    vcpu.vmcb.cr2 = gva;\n    if (!page.present ||']],
      claim: 'reflected',
    },
  ],
  '10-nested-paging': [
    {
      what: 'nested paging left off',
      file: 'pages-4k.ts',
      changes: [['vcpu.vmcb.npEnable |= NP_ENABLE;', '']],
      claim: 'switched-on',
    },
    {
      what: 'pages for supervisors',
      file: 'pages-4k.ts',
      changes: [['PTE_FRAME) | PTE_P | PTE_RW | PTE_US', 'PTE_FRAME) | PTE_P | PTE_RW']],
      claim: 'first-fetch',
    },
    {
      what: 'GPAs for SPAs',
      file: 'pages-4k.ts',
      changes: [['(vcpu.guest.spaOf(gpa) & PTE_FRAME)', '(gpa & PTE_FRAME)']],
      claim: 'where-it-lies',
    },
    {
      what: 'all mapped at once',
      file: 'pages-4k.ts',
      changes: [
        [
          'npEnable |= NP_ENABLE;',
          'npEnable |= NP_ENABLE;\n  for (let gpa = 0n; gpa < vcpu.guest.size; gpa += 4096n) {\n    host.memory.write64(nestedEntry(gpa), vcpu.guest.spaOf(gpa) | PTE_P | PTE_RW | PTE_US);\n  }',
        ],
      ],
      claim: 'touched-pages',
    },
    {
      what: '2 MB pages at odd addresses',
      file: 'pages-2m.ts',
      changes: [['vcpu.guest.spaOf(page)', '(vcpu.guest.spaOf(gpa) & PTE_FRAME)']],
      claim: 'touched-regions',
    },
    { what: 'no PS', file: 'pages-2m.ts', changes: [[' | PTE_PS', '']], claim: 'touched-regions' },
  ],
};

describe('answers to labs 5, 6, 9 and 10', function () {
  this.timeout(60_000);

  for (const [id, answers] of Object.entries(ANSWERS)) {
    const lab = labNamed(id)!;
    for (const { what, file, changes, claim } of answers) {
      it(`${id}: ${what} ${claim ? `fails at ${claim}` : 'is right'}`, async () => {
        const files = filesOf(lab, 'solution', FOLDER);
        let text = files[file]!;
        for (const [old, next] of changes) {
          assert.ok(text.includes(old), `the solution has no ${old}`);
          text = text.replace(old, () => next);
        }
        const { claims, passed } = await grade(lab, { ...files, [file]: text }, SEED);
        assert.equal(claims.find(({ status }) => status !== 'pass')?.id, claim);
        assert.equal(passed, claim === undefined);
      });
    }
  }
});
