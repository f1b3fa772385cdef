/** What CPUID answers on each processor: typed from dumps of the parts named, less what is left out, bit by bit. */
import assert from 'node:assert/strict';
import { cpuid, type CpuidAnswer } from '../../src/engine/cpu/profile';
import { PROFILES, type ProfileName } from '../../src/engine/cpu/profiles';

/** EAX, EBX, ECX, EDX of a function with ECX = 0. */
type Answer = readonly [number, number, number, number];

interface Part {
  readonly profile: ProfileName;
  /** What the part in silicon answers. */
  readonly silicon: Readonly<Record<number, Answer>>;
  /** What the profile answers. */
  readonly ours: Readonly<Record<number, Answer>>;
}

const AMD = [0x68747541, 0x444d4163, 0x69746e65] as const;
/** FPU DE PSE TSC MSR PAE CX8 APIC SEP PGE CMOV PSE36 CLFSH MMX FXSR SSE SSE2. */
const STANDARD_EDX = 0x078aab7d;
/** Of these the ones repeated in Fn8000_0001 EDX, and SYSCALL NX MmxExt FFXSR 1GB RDTSCP LM. */
const EXTENDED_EDX = 0x2fd2ab7d;
/** LAHF SVM ABM SSE4A MisAlignSse PREFETCHW. */
const EXTENDED_ECX = 0x000001e5;
/** From family 15h on: six performance counters, too. */
const EXTENDED_ECX_15H = EXTENDED_ECX | (1 << 23);
const CLFLUSH_AND_COUNT = 0x00010800;
/** 64 bytes, extensions of MWAIT, no states of sleep. */
const MONITOR_LINES = [64, 64, 3, 0] as const;

const PARTS: Readonly<Record<string, Part>> = {
  'Opteron 2350': {
    profile: 'barcelona',
    silicon: {
      0x0: [0x5, ...AMD],
      0x1: [0x00100f23, 0x01040800, 0x00802009, 0x178bfbff],
      0x80000000: [0x8000001a, ...AMD],
      0x80000001: [0x00100f23, 0x00000b2f, 0x000007ff, 0xefd3fbff],
      0x80000007: [0, 0, 0, 0x000001f9],
      0x80000008: [0x00003030, 0, 0x00002003, 0],
      0x8000000a: [1, 0x40, 0, 0x00000007],
    },
    ours: {
      0x0: [0x5, ...AMD],
      0x1: [0x00100f23, CLFLUSH_AND_COUNT, 0x00802009, STANDARD_EDX],
      // MONITOR
      0x5: MONITOR_LINES,
      0x7: [0, 0, 0, 0],
      0x80000000: [0x8000001a, ...AMD],
      0x80000001: [0x00100f23, 0, EXTENDED_ECX, EXTENDED_EDX],
      0x80000007: [0, 0, 0, 0x100],
      0x80000008: [0x3030, 0, 0, 0],
      // NP
      0x8000000a: [1, 0x40, 0, 0x0001],
      0x8000001b: [0, 0, 0, 0],
    },
  },
  'Opteron 6234': {
    profile: 'bulldozer',
    silicon: {
      0x0: [0xd, ...AMD],
      0x1: [0x00600f12, 0x230c0800, 0x1e98220b, 0x178bfbff],
      0x7: [0, 0, 0, 0],
      0x80000000: [0x8000001e, ...AMD],
      0x80000001: [0x00600f12, 0x30000000, 0x01c9bfff, 0x2fd3fbff],
      0x80000007: [0, 0, 0, 0x000003d9],
      0x80000008: [0x00003030, 0, 0x0000500b, 0],
      0x8000000a: [1, 0x10000, 0, 0x000014ff],
    },
    ours: {
      0x0: [0xd, ...AMD],
      // SSE3 PCLMULQDQ SSSE3 SSE4.1 SSE4.2 AES XSAVE too
      0x1: [0x00600f12, CLFLUSH_AND_COUNT, 0x0698220b, STANDARD_EDX],
      // MONITOR
      0x5: MONITOR_LINES,
      0x6: [0, 0, 1, 0],
      0x7: [0, 0, 0, 0],
      // x87 and SSE
      0xd: [3, 576, 576, 0],
      0x80000000: [0x8000001e, ...AMD],
      0x80000001: [0x00600f12, 0, EXTENDED_ECX_15H, EXTENDED_EDX],
      0x80000007: [0, 0, 0, 0x100],
      0x80000008: [0x3030, 0, 0, 0],
      // NP NRIPS FlushByAsid DecodeAssists PauseFilter PauseFilterThreshold
      0x8000000a: [1, 0x10000, 0, 0x14c9],
    },
  },
  'EPYC 7601': {
    profile: 'zen1',
    silicon: {
      0x0: [0xd, ...AMD],
      0x1: [0x00800f12, 0x08400800, 0x7ed8320b, 0x178bfbff],
      0x7: [0, 0x209c01a9, 0, 0],
      0x80000000: [0x8000001f, ...AMD],
      0x80000001: [0x00800f12, 0x40000000, 0x35c233ff, 0x2fd3fbff],
      0x80000007: [0, 0x1b, 0, 0x00006799],
      0x80000008: [0x00003030, 0x00000007, 0x0000603f, 0],
      0x8000000a: [1, 0x8000, 0, 0x0001bcff],
    },
    ours: {
      0x0: [0xd, ...AMD],
      // MOVBE RDRAND too
      0x1: [0x00800f12, CLFLUSH_AND_COUNT, 0x46d8220b, STANDARD_EDX],
      0x5: MONITOR_LINES,
      // ARAT, EffFreq
      0x6: [4, 0, 1, 0],
      // FSGSBASE BMI1 SMEP BMI2 RDSEED ADX SMAP CLFLUSHOPT SHA
      0x7: [0, 0x209c0189, 0, 0],
      0xd: [3, 576, 576, 0],
      0x80000000: [0x8000001f, ...AMD],
      0x80000001: [0x00800f12, 0, EXTENDED_ECX_15H, EXTENDED_EDX],
      0x80000007: [0, 0, 0, 0x500],
      // CLZERO RstrFpErrPtrs
      0x80000008: [0x3030, 0x005, 0, 0],
      0x8000000a: [1, 0x8000, 0, 0x14c9],
    },
  },
  'Ryzen 9 5900X': {
    profile: 'zen3',
    silicon: {
      0x0: [0x10, ...AMD],
      0x1: [0x00a20f10, 0x00180800, 0x7ed8320b, 0x178bfbff],
      0x7: [0, 0x219c97a9, 0x0040068c, 0x00000010],
      0x80000000: [0x80000023, ...AMD],
      0x80000001: [0x00a20f10, 0x20000000, 0x75c237ff, 0x2fd3fbff],
      0x80000007: [0, 0x3b, 0, 0x00006799],
      0x80000008: [0x00003030, 0x111ef657, 0x00005017, 0x00010000],
      0x8000000a: [1, 0x8000, 0, 0x001bbcff],
    },
    ours: {
      0x0: [0x10, ...AMD],
      // MOVBE RDRAND x2APIC PCID too
      0x1: [0x00a20f10, CLFLUSH_AND_COUNT, 0x46fa220b, STANDARD_EDX],
      0x5: MONITOR_LINES,
      0x6: [4, 0, 1, 0],
      // INVPCID CLWB, UMIP RDPID too
      0x7: [0, 0x219c0589, 0x00400004, 0],
      0xd: [3, 576, 576, 0],
      0x80000000: [0x80000023, ...AMD],
      0x80000001: [0x00a20f10, 0, EXTENDED_ECX_15H, EXTENDED_EDX],
      0x80000007: [0, 0, 0, 0x500],
      // CLZERO RstrFpErrPtrs RDPRU WBNOINVD
      0x80000008: [0x3030, 0x215, 0, 0x10000],
      0x8000000a: [1, 0x8000, 0, 0x14c9],
    },
  },
};

/** Functions whose registers are bits, one a feature: no bit of ours that silicon lacks. */
const FEATURES = [0x1, 0x7, 0x80000001, 0x80000007, 0x80000008, 0x8000000a];
/** x2APIC: the firmware under the Ryzen's dump had it switched off; an EPYC of that family shows it, and PCID. */
const OF_THE_EPYC: Readonly<Record<number, number>> = { 0x1: (1 << 21) | (1 << 17) };

function words({ eax, ebx, ecx, edx }: CpuidAnswer): string[] {
  return [eax, ebx, ecx, edx].map((value) => (value >>> 0).toString(16));
}

describe('processors', () => {
  for (const [part, { profile, silicon, ours }] of Object.entries(PARTS)) {
    it(`${profile} answers as the ${part} does, less what is not implemented`, () => {
      for (const [leaf, expected] of Object.entries(ours)) {
        const got = cpuid(PROFILES[profile], Number(leaf) | 0, 0);
        const wanted = expected.map((value) => (value >>> 0).toString(16));
        assert.deepEqual(words(got), wanted, `function ${Number(leaf).toString(16)}h`);
      }
      for (const leaf of FEATURES) {
        const { ecx, edx, ebx } = cpuid(PROFILES[profile], leaf | 0, 0);
        const [, siliconEbx, siliconEcx, siliconEdx] = silicon[leaf] ?? [0, 0, 0, 0];
        const off = profile === 'zen3' ? (OF_THE_EPYC[leaf] ?? 0) : 0;
        assert.equal(ecx & ~siliconEcx & ~off, 0, `function ${leaf.toString(16)}h ECX`);
        assert.equal(edx & ~siliconEdx, 0, `function ${leaf.toString(16)}h EDX`);
        if (leaf === 7 || leaf === 0x80000008) assert.equal(ebx & ~siliconEbx, 0);
      }
      const { eax: signature } = cpuid(PROFILES[profile], 1, 0);
      assert.equal(signature, silicon[1]![0]);
      assert.equal(cpuid(PROFILES[profile], 0x8000000a | 0, 0).ebx, silicon[0x8000000a]![1]);
    });
  }

  it('say what they are: a model, of which family', () => {
    const brand = (profile: ProfileName): string => {
      const bytes = [2, 3, 4].flatMap((n) => {
        const { eax, ebx, ecx, edx } = cpuid(PROFILES[profile], 0x80000000 | n, 0);
        return [eax, ebx, ecx, edx].flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
      });
      return String.fromCharCode(...bytes).replace(/\0+$/, '');
    };
    assert.equal(brand('barcelona'), 'Pacifica model of AMD family 10h (Barcelona)');
    assert.equal(brand('bulldozer'), 'Pacifica model of AMD family 15h (Bulldozer)');
    assert.equal(brand('zen1'), 'Pacifica model of AMD family 17h (Zen 1)');
    assert.equal(brand('zen3'), 'Pacifica model of AMD family 19h (Zen 3)');
  });

  it('answer 0 beyond their largest function, of either range', () => {
    for (const profile of Object.values(PROFILES)) {
      for (const leaf of [profile.largestStandard + 1, profile.largestExtended + 1, 0x40000000, 0xc0000000]) {
        assert.deepEqual(words(cpuid(profile, leaf | 0, 0)), ['0', '0', '0', '0']);
      }
    }
  });
});
