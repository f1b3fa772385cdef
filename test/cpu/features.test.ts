/** Encodings whose meaning hangs on a feature that CPUID reports. */
import assert from 'node:assert/strict';
import type { FeatureName, Profile } from '../../src/engine/cpu/profile';
import { Machine } from '../../src/engine/machine/machine';
import { answers, image, runOurs, runQemu } from './program';
import { testCase } from './rom-case';
import { user } from './words';

/** Feature → QEMU's name. */
const FEATURES = {
  BMI1: 'bmi1',
  BMI2: 'bmi2',
  ADX: 'adx',
  RDRAND: 'rdrand',
  CLFLUSHOPT: 'clflushopt',
  ABM: 'abm',
  MOVBE: 'movbe',
  POPCNT: 'popcnt',
  RDTSCP: 'rdtscp',
  SMAP: 'smap',
} as const;
type Feature = keyof typeof FEATURES & FeatureName;

/** Writes EAX, then ZF. */
const TELL = 'setz bl\ncall hex8\nmov al, bl\ncall hex2';
/** Each with what it writes where the feature is there, and where it is not. */
const INSTRUCTIONS: readonly { name: string; feature: Feature; code: string; has: string; lacks: string }[] = [
  {
    name: 'TZCNT, else BSF',
    feature: 'BMI1',
    code: `mov ecx, 0x50\ntzcnt eax, ecx\n${TELL}`,
    has: '00000004 00',
    lacks: '00000004 00',
  },
  {
    name: 'TZCNT of 0, else BSF, which leaves the destination alone',
    feature: 'BMI1',
    code: `mov eax, 0x55\nxor ecx, ecx\ntzcnt eax, ecx\n${TELL}`,
    has: '00000020 00',
    lacks: '00000055 01',
  },
  {
    name: 'LZCNT, else BSR',
    feature: 'ABM',
    code: `mov dword [SPOT], 0x50\nlzcnt eax, [SPOT]\n${TELL}`,
    has: '00000019 00',
    lacks: '00000006 00',
  },
  {
    name: 'LZCNT of 0, else BSR, which leaves the destination alone',
    feature: 'ABM',
    code: `mov eax, 0x55\nxor ecx, ecx\nlzcnt eax, ecx\n${TELL}`,
    has: '00000020 00',
    lacks: '00000055 01',
  },
];
/** The same, where without the feature it is #UD. */
const UNDEFINED: readonly { name: string; feature: Feature; code: string; has: string }[] = [
  {
    name: 'MOVBE',
    feature: 'MOVBE',
    code: 'mov dword [SPOT], 0x12345678\nmovbe eax, [SPOT]\ncall hex8',
    has: '78563412',
  },
  {
    name: 'ANDN',
    feature: 'BMI1',
    code: 'mov ecx, 0x0f\nmov edx, 0x3c\nandn eax, ecx, edx\ncall hex8',
    has: '00000030',
  },
  {
    name: 'RORX',
    feature: 'BMI2',
    code: 'mov ecx, 0x12345678\nrorx eax, ecx, 8\ncall hex8',
    has: '78123456',
  },
  {
    name: 'PEXT',
    feature: 'BMI2',
    code: 'mov ecx, 0x12345678\nmov edx, 0xff00fff0\npext eax, ecx, edx\ncall hex8',
    has: '00012567',
  },
  {
    name: 'ADOX',
    feature: 'ADX',
    code: 'mov eax, 0x7fffffff\nadd eax, 1\nmov ecx, 5\nmov eax, 3\nadox eax, ecx\ncall hex8',
    has: '00000009',
  },
  { name: 'RDRAND', feature: 'RDRAND', code: 'mov eax, 7\nadd eax, 1\nrdrand eax\nsetc al\ncall hex2', has: '01' },
  { name: 'CLFLUSHOPT', feature: 'CLFLUSHOPT', code: "clflushopt [SPOT]\nput 'f'", has: 'f' },
  { name: 'POPCNT', feature: 'POPCNT', code: 'mov ecx, 0x1f\npopcnt eax, ecx\ncall hex8', has: '00000005' },
  {
    name: 'STAC',
    feature: 'SMAP',
    code: 'stac\npushfq\npop rax\nand eax, 0x40000\ncall hex8',
    has: '00040000',
  },
  {
    name: 'CLAC',
    feature: 'SMAP',
    code: 'push 0x40002\npopfq\nclac\npushfq\npop rax\ncall hex8',
    has: '00000002',
  },
  {
    name: 'RDTSCP',
    feature: 'RDTSCP',
    code: "rdtscp\nput 'T'",
    has: 'T',
  },
];

const usual: Profile = new Machine({ ramSize: 1 << 20 }).processor.profile;

function profileWith(feature: Feature, there: boolean): Profile {
  const features = new Set(usual.features);
  if (there) features.add(feature);
  else features.delete(feature);
  return { ...usual, features };
}

describe('cpu: instructions that hang on a feature', () => {
  for (const name of ['clac', 'stac']) {
    it(`${name} is for CPL 0, else #UD`, () =>
      same('SMAP', true, user(name), (text) => assert.match(text, /^!06 ffffffff 0033 /)));
  }

  for (const there of [true, false]) {
    describe(there ? 'with it' : 'without it', () => {
      for (const { name, feature, code, has, lacks } of INSTRUCTIONS) {
        it(name, () => same(feature, there, code, (text) => assert.equal(text, there ? has : lacks)));
      }
      for (const { name, feature, code, has } of UNDEFINED) {
        it(there ? name : `${name} is #UD`, () =>
          same(feature, there, code, (text) =>
            there ? assert.equal(text, has) : assert.match(text, /^!06 ffffffff /),
          ),
        );
      }
    });
  }
});

/** Runs it here and in QEMU. */
function same(feature: Feature, there: boolean, code: string, judge: (text: string) => void): void {
  const rom = image('long', [testCase('the one', '', code)]);
  const [ours = ''] = answers(runOurs(rom, profileWith(feature, there)), 1);
  judge(ours);
  const [theirs] = answers(runQemu(rom, `EPYC,${there ? '+' : '-'}${FEATURES[feature]}`), 1);
  assert.equal(theirs, ours, 'QEMU');
}
