import assert from 'node:assert/strict';
import { CPUID_FEATURES, CPUID_FIELDS } from '../../src/engine/arch/cpuid';
import * as events from '../../src/engine/arch/events';
import * as exceptions from '../../src/engine/arch/exceptions';
import { EXIT_CODES, OTHER_EXIT_CODES, exitName } from '../../src/engine/arch/exit-codes';
import type { ExitCode } from '../../src/engine/arch/exit-codes';
import { INTERCEPTS, IOPM_PORTS, IOPM_SIZE, MSRPM_RANGES, MSRPM_SIZE } from '../../src/engine/arch/intercepts';
import type { Intercept } from '../../src/engine/arch/intercepts';
import { MSRS } from '../../src/engine/arch/msr';
import type { Msr } from '../../src/engine/arch/msr';
import * as paging from '../../src/engine/arch/paging';
import * as registers from '../../src/engine/arch/registers';
import * as vmcb from '../../src/engine/arch/vmcb';
import type { VmcbRow } from '../../src/engine/arch/vmcb';
import { WORLD_SWITCH } from '../../src/engine/arch/world-switch';
import { citations, disjointBits, exitCodeSet, interceptCodes, tiles, unique } from './laws';

/** A copy with one row changed, to see a law fail. */
function seeded<T extends object>(
  rows: Readonly<Record<string, T>>,
  key: string,
  change: Partial<Record<keyof T, unknown>>,
): Record<string, T> {
  assert.ok(rows[key], key);
  return { ...rows, [key]: { ...rows[key], ...change } as T };
}

const VMCB_ROWS: Readonly<Record<string, VmcbRow>> = vmcb.VMCB;
const INTERCEPT_ROWS: Readonly<Record<string, Intercept>> = INTERCEPTS;
const EXIT_ROWS: Readonly<Record<string, ExitCode>> = EXIT_CODES;
const MSR_ROWS: Readonly<Record<string, Msr>> = MSRS;

describe('the tables in themselves', () => {
  describe('VMCB', () => {
    const placed = (rows: Readonly<Record<string, VmcbRow>>): { name: string; offset: number; size: number }[] => [
      ...Object.values(rows),
      ...vmcb.VMCB_RESERVED.map((row) => ({ ...row, name: 'reserved' })),
    ];

    it('rows tile 000h to FFFh', () => {
      assert.deepEqual(tiles(placed(VMCB_ROWS), 0, 0x1000), []);
      assert.equal(tiles(placed(seeded(VMCB_ROWS, 'rip', { offset: 0x570 })), 0, 0x1000).length, 2);
      assert.equal(tiles(placed(seeded(VMCB_ROWS, 'cpl', { size: 2 })), 0, 0x1000).length, 1);
    });

    it('the two areas are apart', () => {
      for (const row of Object.values(vmcb.VMCB_CONTROL)) assert.ok(row.offset + row.size <= 0x400, row.name);
      for (const row of Object.values(vmcb.VMCB_SAVE)) assert.ok(row.offset >= 0x400, row.name);
    });

    const bits = (rows: Readonly<Record<string, VmcbRow>>): string[] =>
      Object.entries(rows).flatMap(([key, row]) => {
        const named = row.bits ?? [];
        const reserved = (row.reserved ?? []).map((range) => ({ ...range, name: 'reserved' }));
        return disjointBits(key, [...named, ...reserved], 8 * row.size, named.length > 0);
      });

    it('bit fields share no bit, and with the reserved ranges leave none out', () => {
      assert.deepEqual(bits(VMCB_ROWS), []);
      const doubled = [...vmcb.VINTR_BITS, { name: 'SEEDED', hi: 9, lo: 9, meaning: '' }];
      assert.equal(bits(seeded(VMCB_ROWS, 'vIntr', { bits: doubled })).length, 1);
      assert.equal(bits(seeded(VMCB_ROWS, 'vIntr', { bits: vmcb.VINTR_BITS.slice(1) })).length, 8);
    });

    it('names are unique', () => {
      assert.deepEqual(
        unique(
          'names',
          Object.values(VMCB_ROWS).map((row) => row.name),
        ),
        [],
      );
    });

    it('what #VMEXIT stores of the guest VMRUN loads, and VMLOAD moves nothing of it', () => {
      const wrong = (rows: Readonly<Record<string, VmcbRow>>): string[] =>
        Object.entries(rows)
          .filter(([, row]) => row.offset >= 0x400)
          .filter(([, row]) => {
            const loaded = row.vmrun === 'load' || row.vmrun === 'check';
            return loaded !== (row.vmexit === 'store') || (loaded && row.vmload);
          })
          .map(([key]) => key);
      assert.deepEqual(wrong(VMCB_ROWS), []);
      assert.deepEqual(wrong(seeded(VMCB_ROWS, 'fsBase', { vmrun: 'load' })), ['fsBase']);
    });

    it('VMLOAD moves FS, GS, TR, LDTR and eight MSRs', () => {
      const moved = Object.keys(VMCB_ROWS).filter((key) => VMCB_ROWS[key]!.vmload);
      const segments = ['fs', 'gs', 'ldtr', 'tr'].flatMap((name) =>
        ['Selector', 'Attrib', 'Limit', 'Base'].map((part) => name + part),
      );
      const msrs = ['star', 'lstar', 'cstar', 'sfmask', 'kernelGsBase', 'sysenterCs', 'sysenterEsp', 'sysenterEip'];
      assert.deepEqual(moved, [...segments, ...msrs]);
    });

    it('clean bits: what each covers is what the rows say', () => {
      const groups = vmcb.CLEAN_BITS.map((row) =>
        Object.keys(VMCB_ROWS).filter((key) => VMCB_ROWS[key]!.clean === row.bit),
      );
      assert.deepEqual(
        vmcb.CLEAN_BITS.map((row) => row.bit),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      );
      assert.deepEqual(groups[1], ['iopmBasePa', 'msrpmBasePa']);
      assert.deepEqual(groups[2], ['guestAsid']);
      assert.deepEqual(groups[3], ['vIntr']);
      assert.deepEqual(groups[4], ['npEnable', 'nCr3', 'gPat']);
      assert.deepEqual(groups[5], ['efer', 'cr4', 'cr3', 'cr0']);
      assert.deepEqual(groups[6], ['dr7', 'dr6']);
      assert.deepEqual(groups[7], ['gdtrLimit', 'gdtrBase', 'idtrLimit', 'idtrBase']);
      assert.equal(groups[8]!.length, 17);
      assert.deepEqual(groups[9], ['cr2']);
      assert.deepEqual(groups[12], ['sCet', 'ssp', 'isstAddr']);
      for (const key of ['tlbControl', 'interruptShadow', 'exitCode', 'eventInj', 'rip', 'rsp', 'rax', 'rflags']) {
        assert.equal(VMCB_ROWS[key]!.clean, null, key);
      }
      const cleanField: readonly { name: string; lo: number }[] = vmcb.VMCB.cleanBits.bits;
      assert.deepEqual(
        cleanField.map((row) => [row.name, row.lo]),
        vmcb.CLEAN_BITS.map((row) => [row.name, row.bit]),
      );
    });

    it('segment constants are the bits of the attribute table', () => {
      const mask = (name: string): number => {
        const row = vmcb.SEGMENT_ATTRIBUTES.find((field) => field.name === name)!;
        return ((1 << (row.hi - row.lo + 1)) - 1) << row.lo;
      };
      assert.deepEqual(
        [
          vmcb.ATTRIB_TYPE_MASK,
          vmcb.ATTRIB_S,
          vmcb.ATTRIB_DPL_MASK,
          vmcb.ATTRIB_P,
          vmcb.ATTRIB_AVL,
          vmcb.ATTRIB_L,
          vmcb.ATTRIB_DB,
          vmcb.ATTRIB_G,
        ],
        ['TYPE', 'S', 'DPL', 'P', 'AVL', 'L', 'DB', 'G'].map(mask),
      );
      assert.deepEqual(disjointBits('attributes', vmcb.SEGMENT_ATTRIBUTES, 12, true), []);
    });
  });

  describe('intercepts and exit codes', () => {
    it('167 intercept bits, each code the base of its word plus its bit', () => {
      assert.equal(Object.keys(INTERCEPTS).length, 167);
      assert.deepEqual(interceptCodes(INTERCEPT_ROWS), []);
      assert.equal(interceptCodes(seeded(INTERCEPT_ROWS, 'CPUID', { bit: 17 })).length, 2);
      assert.equal(interceptCodes(seeded(INTERCEPT_ROWS, 'MSR_PROT', { exitCode: 0x7b })).length, 1);
    });

    it('172 exit codes: 000h to 0A6h, 400h to 403h, −1', () => {
      const codes = (rows: Readonly<Record<string, ExitCode>>): number[] => Object.values(rows).map((row) => row.code);
      assert.equal(Object.keys(EXIT_CODES).length, 172);
      assert.deepEqual(exitCodeSet(codes(EXIT_ROWS)), []);
      assert.equal(exitCodeSet(codes(seeded(EXIT_ROWS, 'VMEXIT_NPF', { code: 0x404 }))).length, 2);
      assert.deepEqual(
        OTHER_EXIT_CODES.filter((row) => codes(EXIT_ROWS).includes(row.code)),
        [],
      );
    });

    it('an intercept and its exit code tell the same of nRIP, RIP and name', () => {
      const wrong = (rows: Readonly<Record<string, Intercept>>): string[] =>
        Object.entries(rows)
          .filter(([name, row]) => {
            const exit = exitName(row.exitCode)!;
            const at = {
              fault: 'instruction',
              trap: 'next',
              interrupt: 'next',
              abort: 'undefined',
              'fault-or-trap': 'instruction-or-next',
            }[row.kind];
            const ripAt = EXIT_CODES[exit].ripAt;
            const same: string[] = [
              `VMEXIT_${name}`,
              `VMEXIT_${name.replace('EXCEPTION', 'EXCP')}`,
              `VMEXIT_${name.replace(/_PROT$/, '')}`,
            ];
            const named = same.includes(exit) || ['VMEXIT_SWINT', 'VMEXIT_BUSLOCK'].includes(exit);
            return row.nRipValid !== EXIT_CODES[exit].nRip || !named || (ripAt !== at && exit !== 'VMEXIT_EXCP_DF');
          })
          .map(([name]) => name);
      assert.deepEqual(wrong(INTERCEPT_ROWS), []);
      assert.deepEqual(wrong(seeded(INTERCEPT_ROWS, 'HLT', { nRipValid: false })), ['HLT']);
      assert.deepEqual(wrong(seeded(INTERCEPT_ROWS, 'INTR', { kind: 'fault' })), ['INTR']);
    });

    it('nRIP is valid for instructions, IOIO, MSR and the exceptions of INT3, INTO and BOUND only', () => {
      const valid = Object.entries(INTERCEPTS).filter(([, row]) => row.nRipValid);
      const events = valid.filter(([, row]) => (row.priority as string) === 'event').map(([name]) => name);
      assert.deepEqual(events, ['EXCEPTION_BP', 'EXCEPTION_OF', 'EXCEPTION_BR']);
      assert.deepEqual(
        valid.filter(([, row]) => (row.priority as string) === 'after-instruction'),
        [],
      );
    });

    it('fields of EXITINFO share no bit', () => {
      const wrong = (rows: Readonly<Record<string, ExitCode>>): string[] =>
        Object.entries(rows).flatMap(([name, row]) => [
          ...disjointBits(`${name} EXITINFO1`, row.exitInfo1, 64, false),
          ...disjointBits(`${name} EXITINFO2`, row.exitInfo2, 64, false),
        ]);
      assert.deepEqual(wrong(EXIT_ROWS), []);
      const broken = [...EXIT_CODES.VMEXIT_IOIO.exitInfo1, { name: 'SEEDED', hi: 17, lo: 16, meaning: '' }];
      assert.equal(wrong(seeded(EXIT_ROWS, 'VMEXIT_IOIO', { exitInfo1: broken })).length, 2);
    });

    it('an exception exit gives an error code when the exception pushes one, #DF apart', () => {
      for (const row of exceptions.EXCEPTIONS) {
        const exit = EXIT_ROWS[exitName(0x40 + row.vector)!]!;
        const given = exit.exitInfo1.some((field) => field.name === 'ERRORCODE');
        assert.equal(given, row.errorCode && row.vector !== exceptions.VECTOR_DF, row.mnemonic);
      }
    });

    it('names by code', () => {
      assert.equal(exitName(0x72), 'VMEXIT_CPUID');
      assert.equal(exitName(-1), 'VMEXIT_INVALID');
      assert.equal(exitName(0xa7), undefined);
    });

    it('the permission maps hold what they describe', () => {
      assert.ok(IOPM_PORTS / 8 + 1 <= IOPM_SIZE);
      for (const range of MSRPM_RANGES) {
        const bytes = (range.last - range.first + 1) / 4;
        assert.equal(bytes, 0x800);
        assert.ok(range.byteOffset + bytes <= MSRPM_SIZE);
      }
      assert.deepEqual(
        unique(
          'offsets',
          MSRPM_RANGES.map((range) => range.byteOffset),
        ),
        [],
      );
    });
  });

  describe('registers', () => {
    const constants = (module: object, prefix: string): Map<string, number> =>
      new Map(
        Object.entries(module)
          .filter(([name, value]) => name.startsWith(prefix) && typeof value === 'number')
          .map(([name, value]) => [name.slice(prefix.length), value as number]),
      );
    /** Every bit of a table has a constant of its name, and that constant is its mask. */
    const masks = (table: readonly { name: string; bit: number }[], named: ReadonlyMap<string, number>): string[] =>
      table
        .filter((row) => row.bit < 32 && named.get(row.name) !== undefined)
        .filter((row) => named.get(row.name) !== 2 ** row.bit * (row.name === 'IOPL' ? 3 : 1))
        .map((row) => row.name);
    const missing = (table: readonly { name: string }[], named: ReadonlyMap<string, number>): string[] =>
      table.map((row) => row.name).filter((name) => !named.has(name));

    for (const [prefix, table] of [
      ['CR0_', registers.CR0],
      ['CR3_', registers.CR3],
      ['CR4_', registers.CR4],
      ['EFER_', registers.EFER],
      ['RFLAGS_', registers.RFLAGS],
    ] as const) {
      it(`${prefix}* are the bits of the table`, () => {
        const named = constants(registers, prefix);
        assert.deepEqual(missing(table, named), []);
        assert.deepEqual(masks(table, named), []);
        const first = table[0];
        assert.deepEqual(masks(table, new Map([...named, [first.name, 3 << 20]])), [first.name]);
        assert.deepEqual(
          unique(
            prefix,
            table.map((row) => row.bit),
          ),
          [],
        );
        const stray = [...named].filter(
          ([name]) => /^[A-Z0-9]+$/.test(name) && !table.some((row) => row.name === name),
        );
        assert.deepEqual(
          stray.map(([name]) => name).filter((name) => !['RESET', 'FIXED', 'STATUS', 'IMPLEMENTED'].includes(name)),
          [],
        );
      });
    }

    it('page-fault, page-table, NPF and event masks are the bits of their tables', () => {
      const pf = constants(exceptions, 'PF_');
      assert.deepEqual(missing(exceptions.PAGE_FAULT_ERROR, pf), []);
      assert.deepEqual(masks(exceptions.PAGE_FAULT_ERROR, pf), []);
      const pte = constants(paging, 'PTE_');
      assert.deepEqual(
        masks(
          paging.PTE_BITS.filter((row) => row.name !== 'PAT'),
          pte,
        ),
        [],
      );
      assert.equal(paging.PTE_PAT_LARGE, 1 << 12);
      assert.equal(paging.PTE_NX_HI, 2 ** 31);
      const npf = new Map(EXIT_CODES.VMEXIT_NPF.exitInfo1.map((row) => [row.name as string, row.lo as number]));
      for (const [name, value] of constants(paging, 'NPF_')) {
        if (!name.endsWith('_HI')) assert.equal(value, 2 ** npf.get(name)!, name);
      }
      assert.deepEqual(
        [paging.NPF_FINAL_HI, paging.NPF_TABLE_HI, paging.NPF_SSS_HI],
        ['GPA', 'GPT', 'SSS'].map((name) => 2 ** (npf.get(name)! - 32)),
      );
      assert.deepEqual([events.EVENT_EV, events.EVENT_V], [2 ** 11, 2 ** 31]);
    });

    it('masks of the virtual interrupt word are the bits of its table', () => {
      const mask = (name: string): number => {
        const row = vmcb.VINTR_BITS.find((field) => field.name === name)!;
        return (2 ** (row.hi - row.lo + 1) - 1) * 2 ** row.lo;
      };
      for (const name of [
        'V_IRQ',
        'V_NMI',
        'V_NMI_MASK',
        'V_INTR_PRIO',
        'V_IGN_TPR',
        'V_INTR_MASKING',
        'V_NMI_ENABLE',
        'X2AVIC_ENABLE',
        'AVIC_ENABLE',
      ] as const) {
        const value = name === 'V_INTR_PRIO' ? vmcb.V_INTR_PRIO_MASK : vmcb[name];
        assert.equal(value, mask(name), name);
      }
      assert.deepEqual([vmcb.V_GIF, vmcb.V_GIF_ENABLE], [mask('VGIF'), mask('VGIF_ENABLE')]);
    });

    it('debug registers: fixed and writable bits are apart, and named bits are writable', () => {
      assert.equal(registers.DR6_FIXED & registers.DR6_WRITABLE, 0);
      assert.equal(registers.DR7_FIXED & registers.DR7_WRITABLE, 0);
      for (const row of registers.DR6) {
        if (row.name !== 'BLD') assert.ok(registers.DR6_WRITABLE & (1 << row.bit), row.name);
      }
      for (const row of registers.DR7) assert.ok(registers.DR7_WRITABLE & (1 << row.bit), row.name);
    });

    it('exception constants are the vectors of the table', () => {
      assert.deepEqual(
        exceptions.EXCEPTIONS.map((row) => row.vector),
        Array.from({ length: 32 }, (_, vector) => vector),
      );
      const named = constants(exceptions, 'VECTOR_');
      for (const row of exceptions.EXCEPTIONS) {
        if (/\d/.test(row.mnemonic)) continue;
        assert.equal(named.get(row.mnemonic.replace('#', '')), row.vector, row.mnemonic);
      }
      assert.equal(named.size, exceptions.EXCEPTIONS.filter((row) => !/\d/.test(row.mnemonic)).length);
    });
  });

  describe('MSRs and the world switch', () => {
    it('numbers and names are unique', () => {
      assert.deepEqual(
        unique(
          'numbers',
          Object.values(MSR_ROWS).map((row) => row.number),
        ),
        [],
      );
      assert.deepEqual(
        unique(
          'names',
          Object.values(MSR_ROWS).map((row) => row.name),
        ),
        [],
      );
    });

    it('a register that is moved is moved as its VMCB field is', () => {
      const wrong = (rows: Readonly<Record<string, Msr>>): string[] =>
        Object.entries(rows)
          .filter(([, row]) => {
            if (row.moved === 'shared') return row.vmcb !== undefined;
            const field = VMCB_ROWS[row.vmcb ?? ''];
            if (!field) return true;
            if (row.moved === 'vmload') return !field.vmload;
            const when = row.moved === 'vmrun' ? undefined : row.moved === 'spec-ctrl' ? 'specCtrl' : row.moved;
            return field.vmexit !== 'store' || field.when !== when;
          })
          .map(([key]) => key);
      assert.deepEqual(wrong(MSR_ROWS), []);
      assert.deepEqual(wrong(seeded(MSR_ROWS, 'LSTAR', { moved: 'vmrun' })), ['LSTAR']);
    });

    it('what may not be written has no writable bits; values at reset are legal halves', () => {
      for (const [key, row] of Object.entries(MSR_ROWS)) {
        assert.equal(row.access === 'ro', row.writableHi === 0 && row.writableLo === 0, key);
        for (const half of [row.writableHi, row.writableLo, row.resetHi, row.resetLo])
          assert.equal(half, half >>> 0, key);
      }
      assert.equal(
        MSRS.EFER.writableLo,
        registers.EFER.reduce((sum, row) => sum + 2 ** row.bit, 0),
      );
    });

    it('the world switch names every guest field of the save area once, with its carrier', () => {
      const named: string[] = WORLD_SWITCH.flatMap((row) => [...row.vmcb]);
      assert.deepEqual(unique('fields', named), []);
      const optional = ['pmc', 'ibs'];
      const wanted = Object.entries(VMCB_ROWS)
        .filter(([, row]) => row.offset >= 0x400 && (row.vmexit === 'store' || row.vmload))
        .filter(([, row]) => !optional.includes(row.when ?? ''))
        .map(([key]) => key);
      assert.deepEqual(
        wanted.filter((key) => !named.includes(key)),
        [],
      );
      for (const row of WORLD_SWITCH) {
        for (const key of row.vmcb) {
          const field = VMCB_ROWS[key];
          assert.ok(field, key);
          assert.equal(field.vmload, row.carrier === 'vmload', key);
          assert.equal(field.when, 'when' in row ? row.when : undefined, key);
        }
      }
    });
  });

  it('paging: levels follow each other, and a leaf is as large as the bits below its index', () => {
    for (const levels of [[paging.PML5_LEVEL, ...paging.LONG_MODE_LEVELS], paging.PAE_LEVELS, paging.LEGACY_LEVELS]) {
      levels.forEach((row, at) => {
        const below = levels[at + 1];
        assert.equal(row.indexShift, below ? below.indexShift + below.indexBits : 12, row.entry);
        if (row.pageSize) assert.equal(row.pageSize, 2 ** row.indexShift, row.entry);
        assert.ok(row.entrySize * 2 ** row.indexBits <= 4096);
      });
    }
  });

  it('CPUID: no bit stands for two features, and fields share none', () => {
    const place = (row: { leaf: number; subleaf: number; register: string }): string =>
      `${row.leaf}.${row.subleaf}.${row.register}`;
    assert.deepEqual(
      unique(
        'bits',
        Object.values(CPUID_FEATURES).map((row) => `${place(row)}.${row.bit}`),
      ),
      [],
    );
    const places = new Map<string, { name: string; hi: number; lo: number }[]>();
    for (const [name, row] of Object.entries(CPUID_FEATURES)) {
      places.set(place(row), [...(places.get(place(row)) ?? []), { name, hi: row.bit, lo: row.bit }]);
    }
    for (const [name, row] of Object.entries(CPUID_FIELDS)) {
      places.set(place(row), [...(places.get(place(row)) ?? []), { name, hi: row.hi, lo: row.lo }]);
    }
    for (const [where, rows] of places) assert.deepEqual(disjointBits(where, rows, 32, false), []);
  });

  it('every row cites its section', () => {
    const tables: Readonly<Record<string, { readonly section: string }>>[] = [
      VMCB_ROWS,
      INTERCEPT_ROWS,
      EXIT_ROWS,
      MSR_ROWS,
      CPUID_FEATURES,
      CPUID_FIELDS,
    ];
    assert.deepEqual(
      tables.flatMap((table) => citations(Object.entries(table))),
      [],
    );
    const lists: (readonly { readonly section: string }[])[] = [
      exceptions.EXCEPTIONS,
      exceptions.PAGE_FAULT_ERROR,
      exceptions.SELECTOR_ERROR,
      events.EVENT_TYPES,
      paging.PTE_BITS,
      paging.LONG_MODE_LEVELS,
      paging.PAE_LEVELS,
      paging.LEGACY_LEVELS,
      registers.CR0,
      registers.CR3,
      registers.CR4,
      registers.EFER,
      registers.RFLAGS,
      registers.DR6,
      registers.DR7,
      registers.XCR0,
      WORLD_SWITCH,
    ];
    assert.deepEqual(
      lists.flatMap((list) => citations(list.map((row, at) => [String(at), row] as const))),
      [],
    );
    assert.equal(citations([['seeded', { section: 'somewhere' }]]).length, 1);
  });
});
