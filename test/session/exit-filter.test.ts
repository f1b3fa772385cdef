import assert from 'node:assert/strict';
import { EXIT_CODES, OTHER_EXIT_CODES } from '../../src/engine/arch/exit-codes';
import type { ExitName } from '../../src/engine/arch/exit-codes';
import { VMCB } from '../../src/engine/arch/vmcb';
import { Machine } from '../../src/engine/machine/machine';
import { Vmcb } from '../../src/engine/state/vmcb';
import { EXIT_GROUPS, ExitFilters, ExitScope, inGroup } from '../../src/session/exit-filter';
import type { ExitGroupName } from '../../src/session/exit-filter';
import { ExitLog } from '../../src/session/exit-log';
import { ExpressionError } from '../../src/session/expression';

const GROUPS = Object.keys(EXIT_GROUPS) as ExitGroupName[];
const SPA = 0x8000;

describe('exit filters', () => {
  const machine = new Machine({ ramSize: 1 << 20 });
  const log = new ExitLog(16);
  const vmcb = new Vmcb(machine.ram, SPA);

  /** Puts an exit into the log and asks a filter about it. */
  function matches(group: ExitGroupName, condition: string, code: number, info1 = 0, info2 = 0, rcx = 0): boolean {
    vmcb.set('exitInfo1', info1);
    vmcb.set('exitInfo2', info2);
    machine.state.setGpr(1, rcx | 0, 0);
    const scope = new ExitScope(log, machine.state);
    scope.number = log.take(machine.state, machine.ram, SPA, 0, code, 5, 5, 1, 'pending');
    const filters = new ExitFilters();
    filters.set([{ group, condition }]);
    return filters.match(scope, code) === group;
  }

  it('every exit code is in one group beside `any`, and in one only', () => {
    for (const [name, { code }] of Object.entries(EXIT_CODES)) {
      const groups = GROUPS.filter((group) => group !== 'any' && inGroup(group, code));
      assert.equal(groups.length, 1, `${name}: ${groups.join(' ')}`);
      assert.ok(inGroup('any', code));
    }
  });

  it('no group is empty; a code the manual does not name is a fault', () => {
    for (const group of GROUPS)
      assert.ok(
        Object.values(EXIT_CODES).some(({ code }) => inGroup(group, code)),
        group,
      );
    for (const { code } of OTHER_EXIT_CODES) assert.ok(inGroup('fault', code));
  });

  it('every exit code can be asked for alone', () => {
    for (const [name, { code }] of Object.entries(EXIT_CODES) as [ExitName, { code: number }][]) {
      assert.ok(matches('any', `EXITCODE == ${name}`, code), name);
      assert.ok(matches('any', `EXITCODE == ${code}`, code), name);
      assert.ok(!matches('any', `EXITCODE == ${name}`, code === 0 ? 1 : 0), name);
    }
  });

  const OUT_COM1 = 0x3f8_0210;
  for (const [what, group, condition, code, info1, info2, rcx, wanted] of [
    ['a port', 'ioio', 'EXITCODE == 0x7B && port == 0x3f8', 0x7b, OUT_COM1, 0, 0, true],
    ['another port', 'ioio', 'port == 0x3f9', 0x7b, OUT_COM1, 0, 0, false],
    ['the direction', 'ioio', '!in && size == 1', 0x7b, OUT_COM1, 0, 0, true],
    ['a port of an exit that has none', 'any', 'port == 0', 0x72, 0, 0, 0, false],
    ['an MSR', 'msr', 'msr == 0xc0000080 && write', 0x7c, 1, 0, 0xc000_0080, true],
    ['reading an MSR', 'msr', 'write', 0x7c, 0, 0, 0xc000_0080, false],
    ['a guest-physical address', 'npf', 'gpa >= 0x1000 && gpa < 0x2000', 0x400, 6, 0x1234, 0, true],
    ['a write that faulted', 'npf', 'write == 1 && errorcode & 4', 0x400, 6, 0x1234, 0, true],
    ['a vector', 'exception', 'vector == 14', 0x4e, 2, 0, 0, true],
    ['another vector', 'exception', 'vector == 14', 0x4d, 2, 0, 0, false],
    ['a control register', 'cr', 'cr == 3', 0x13, 0, 0, 0, true],
    ['a debug register', 'dr', 'dr == 7', 0x37, 0, 0, 0, true],
    ['registers of the guest', 'cpuid', 'rcx == 5', 0x72, 0, 0, 5, true],
    ['no condition', 'cpuid', ' ', 0x72, 0, 0, 0, true],
    ['another group', 'msr', '', 0x72, 0, 0, 0, false],
    ['VMEXIT_INVALID as a number', 'fault', 'EXITCODE == -1', -1, 0, 0, 0, true],
  ] as const) {
    it(`looks at ${what}`, () => assert.equal(matches(group, condition, code, info1, info2, rcx), wanted));
  }

  it('refuses a condition with a name that no exit has', () => {
    assert.throws(() => new ExitFilters().set([{ group: 'any', condition: 'prot == 5' }]), ExpressionError);
  });

  it('the scope and the VMCB agree on every field it takes', () => {
    for (const key of ['exitInfo1', 'exitInfo2', 'exitIntInfo', 'nRip', 'rip', 'rax'] as const) {
      vmcb.setBig(key, BigInt(VMCB[key].offset) * 0x1_0000_0001n);
    }
    const scope = new ExitScope(log, machine.state);
    scope.number = log.take(machine.state, machine.ram, SPA, 0, 0x72, 6, 6, 1, 'pending');
    for (const [name, key] of [
      ['EXITINFO1', 'exitInfo1'],
      ['EXITINFO2', 'exitInfo2'],
      ['EXITINTINFO', 'exitIntInfo'],
      ['nRIP', 'nRip'],
      ['rip', 'rip'],
      ['rax', 'rax'],
    ] as const) {
      assert.equal(scope.value(name), BigInt(VMCB[key].offset) * 0x1_0000_0001n, name);
    }
  });
});
