/** What a learner's software can do, and what it is told when it does it wrongly. */
import assert from 'node:assert/strict';
import { CPUID_FEATURES } from '../../src/engine/arch/cpuid';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { compile } from '../../src/sandbox/compile';
import { prepareEngines } from '../../src/sandbox/engine';
import { LearnersSoftware } from '../../src/sandbox/learners-software';
import { SandboxError } from '../../src/sandbox/sandbox-error';
import { FILE, guestSpec, runGuest } from './run';

/** The place and the words of what a file is refused with. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SandboxError) return error.text;
    throw error;
  }
  return 'nothing is refused';
}

const inHandler = (body: string): string => `import * as pacifica from 'pacifica';
const { advance, host, inject, resume, stop, log } = pacifica;
export const exits = {
  VMEXIT_CPUID(vcpu) {
    ${body}
  },
};
`;
const ASK = 'mov eax, 1\nmov ecx, 0x2222\ncpuid\ncli\nhlt\n';

/** What one handler run says with log(). */
function said(body: string, source = ASK): readonly string[] {
  const { logged, problem } = runGuest(inHandler(`${body}; return advance();`), source);
  assert.equal(problem?.text, undefined);
  return logged;
}

/** What it is told that it did wrongly. */
function told(body: string): string {
  const { problem, stop } = runGuest(inHandler(body), ASK);
  assert.ok(problem, JSON.stringify(stop));
  assert.ok(stop.kind === 'diagnosis' && stop.message === problem.text, JSON.stringify(stop));
  return problem.text;
}

describe('compile', () => {
  it('leaves every statement on its line, and knows its column', () => {
    const text = `import type { Vcpu } from 'pacifica';
interface Two {
  a: number;
}
export const x = (two: Two, more: Map<string, number>): number => (two as any).a satisfies number; let y = 5;
`;
    const { code, map } = compile(FILE, text);
    const lines = code.split('\n');
    assert.equal(lines.length, text.split('\n').length);
    const line = lines[4]!;
    assert.deepEqual(map.source(5, line.indexOf('let y') + 1), {
      line: 5,
      column: text.split('\n')[4]!.indexOf('let y') + 1,
    });
  });

  for (const [text, place, words] of [
    ['const a = ;', '1:11', /this is no TypeScript: Unexpected token/],
    ['const a: number = 1;\n\nlet s = "abc\n', '3:9', /Unterminated string/],
    ['export const exits = {\n  VMEXIT_HLT() {\n', '3:1', /Unexpected token/],
    ['\n  namespace N {\n}', '2:3', /does not run a namespace/],
    ["import fs = require('fs');", '1:1', /import … = …/],
  ] as const) {
    it(`says where ${JSON.stringify(text)} is wrong`, () => {
      const error = refusal(() => compile(FILE, text));
      assert.match(error, new RegExp(`^${FILE}:${place}: `));
      assert.match(error, words);
    });
  }
});

describe('a file of handlers', function () {
  this.timeout(60_000);
  before(() => prepareEngines());

  describe('when it is loaded', () => {
    for (const [what, text, expected] of [
      ['a name bound twice', '\nlet a = 1;\nlet a = 2;', /^handlers\.ts:3:\d+: SyntaxError: .*redefin|declar/],
      ['an error at the top', '\n\n  throw new TypeError("at the top");', /^handlers\.ts:3:\d+: at the top$/],
      ['another module', "\nimport x from './other';\nx();", /^handlers\.ts:2:\d+: there is no module '\.\/other'/],
      [
        'a name pacifica has not',
        "import { advanced } from 'pacifica';\nadvanced();",
        /^handlers\.ts:1:10: .*'advanced'/,
      ],
      [
        'an exit that is not there',
        'export const exits = {\n  VMEXIT_CPUD() {},\n};',
        /^handlers\.ts:2:3: .*'VMEXIT_CPUD'/,
      ],
      ['a handler that is no function', 'export const exits = {\n  VMEXIT_HLT: 3,\n};', /must be a function, not 3/],
      ['exits that are none', '\nexport const exits = 5;', /exits must be an object/],
      ['an export nobody asks for', '\nexport const extra = 5;', /^handlers\.ts:2:14: 'extra' is exported/],
      ['await', '\nawait new Promise(() => {});', /^handlers\.ts:2:1: a handler file cannot await/],
      [
        'the machine, before there is a guest',
        "import { host } from 'pacifica';\nhost.allocatePage();",
        /^handlers\.ts:2:\d+: there is no guest yet/,
      ],
    ] as const) {
      it(`${what} is refused at its line`, () =>
        assert.match(
          refusal(() => runGuest(text, ASK)),
          expected,
        ));
    }

    it('knows which exits it answers', () => {
      const software = new LearnersSoftware(FILE, 'export const exits = { VMEXIT_HLT() {}, VMEXIT_CPUID() {} };');
      assert.deepEqual(software.exitNames, ['VMEXIT_CPUID', 'VMEXIT_HLT']);
      software.dispose();
    });
  });

  describe('answers exits', () => {
    it('with registers, VMCB and RIP as it leaves them', () => {
      const { vm, stop } = runGuest(
        inHandler(
          `vcpu.eax = -1; vcpu.rbx = 0x1122334455667788n; vcpu.r15 = -2n; vcpu.vmcb.cr2 = 0xabcn; return advance();`,
        ),
        'mov eax, 1\ncpuid\ncli\nhlt',
      );
      assert.equal(stop.kind, 'halted');
      const { vcpu } = vm;
      const big = (n: number): bigint => (BigInt(vcpu.gpr(n).high >>> 0) << 32n) | BigInt(vcpu.gpr(n).low >>> 0);
      assert.equal(big(0), 0xffff_ffffn);
      assert.equal(big(3), 0x1122_3344_5566_7788n);
      assert.equal(big(15), 0xffff_ffff_ffff_fffen);
      assert.equal(vcpu.vmcb.big('cr2'), 0xabcn);
    });

    it('sees what the guest left', () => {
      assert.deepEqual(
        said('log([vcpu.eax, vcpu.ecx, vcpu.rcx, vcpu.vmcb.exitCode, vcpu.rip - vcpu.vmcb.csBase, vcpu.id].join())'),
        ['1,8738,8738,114,31756,0'],
      );
    });

    it('advance, inject, resume, halt, stop, exitGuest', () => {
      // #UD through the guest's interrupt table
      const injected = runGuest(
        inHandler('return inject(pacifica.VECTOR_UD);'),
        'mov word [6 * 4], handler\nmov word [6 * 4 + 2], 0\ncpuid\nhandler: mov bx, 0x77\ncli\nhlt',
      );
      assert.equal(injected.stop.kind, 'halted');
      assert.equal(injected.vm.vcpu.gpr(3).low & 0xffff, 0x77);
      const stopped = runGuest(inHandler("return stop('that is enough');"), ASK);
      assert.deepEqual(stopped.stop.kind === 'diagnosis' && stopped.stop.message, 'that is enough');
      assert.equal(stopped.problem, undefined);
      const ended = runGuest(inHandler('return pacifica.exitGuest(42);'), ASK);
      assert.ok(ended.stop.kind === 'guest-exit' && ended.stop.status === 42, JSON.stringify(ended.stop));
      const halted = runGuest(inHandler('return pacifica.halt();'), 'cli\ncpuid\njmp $');
      assert.equal(halted.stop.kind, 'halted');
    });

    it('advance(bytes) goes so many bytes on, whatever nRIP says', () => {
      const { vm } = runGuest(inHandler('return advance(4);'), 'cpuid\nmov al, 1\nmov bl, 2\ncli\nhlt');
      assert.deepEqual([vm.vcpu.gpr(0).low & 0xff, vm.vcpu.gpr(3).low & 0xff], [0, 2]);
    });

    it('builtIn leaves it to the hypervisor', () => {
      const { vm } = runGuest(inHandler('return pacifica.builtIn();'), 'mov eax, 1\ncpuid\ncli\nhlt');
      assert.notEqual(vm.vcpu.gpr(1).low & (1 << CPUID_FEATURES.HYPERVISOR.bit), 0);
    });

    it('setUp once, beforeEntry before every VMRUN; a stop keeps the guest from running', () => {
      const { logged } = runGuest(
        `import { advance, log } from 'pacifica';
export function setUp(vcpu) { log('set up'); }
export const beforeEntry = () => log('enter');
export const exits = { VMEXIT_CPUID() { log('exit'); return advance(); } };`,
        'cpuid\ncpuid\ncli\nhlt',
      );
      assert.equal(logged[0], 'set up');
      assert.equal(logged.filter((word) => word === 'set up').length, 1);
      assert.match(logged.join(' '), /enter exit enter exit enter$/);
      const { stop, hypervisor } = runGuest(
        "import { stop } from 'pacifica';\nexport const setUp = () => stop('no');",
        ASK,
      );
      assert.equal(stop.kind, 'diagnosis');
      assert.equal(hypervisor.exitCount, 0);
    });

    it('keeps what it remembers from exit to exit, apart from other guests', () => {
      const text = `import { advance, log } from 'pacifica';
let n = 0;
export const exits = { VMEXIT_CPUID(vcpu) { log(vcpu.id + ':' + ++n); return advance(); } };`;
      const logged: string[] = [];
      const software = [0, 1].map(() => new LearnersSoftware(FILE, text, { log: (line) => logged.push(line) }));
      const machine = new Machine({ ramSize: 12 << 20 });
      const hypervisor = new Hypervisor(new HostMode(machine));
      for (const each of software) hypervisor.addGuest(guestSpec('cpuid\ncpuid\ncli\nhlt'), each);
      for (let n = 0; n < 10; n++) hypervisor.run(machine.clock.now + 1_000_000);
      for (const each of software) each.dispose();
      assert.deepEqual([...logged].sort(), ['0:1', '0:2', '1:1', '1:2']);
    });
  });

  describe('reaches the machine', () => {
    it('memory of the guest, by GPA', () => {
      assert.deepEqual(
        said(`vcpu.guest.write64(0x5000n, 0x1122334455667788n);
          log([vcpu.guest.read8(0x5000n), vcpu.guest.read16(0x5001n), vcpu.guest.read32(0x5004n), vcpu.guest.read64(0x5000n)].map((v) => v.toString(16)).join());
          vcpu.guest.writeBytes(0x5ffen, Uint8Array.of(1, 2, 3, 4));
          log(vcpu.guest.readBytes(0x5ffdn, 6).join());
          log([vcpu.guest.isMemory(0n, 0xa0000), vcpu.guest.isMemory(0x9ffffn, 2), vcpu.guest.isMemory(vcpu.guest.size), vcpu.guest.isMemory(-1n)].join());`),
        ['88,6677,11223344,1122334455667788', '0,1,2,3,4,0', 'true,false,false,false'],
      );
    });

    it('pages of its own, and the VMCB where it lies', () => {
      assert.deepEqual(
        said(`const page = host.allocatePage(2, 0x200000n);
          host.memory.write64(page + 0xffcn, -1n);
          log([page % 0x200000n, host.memory.read32(page + 0x1000n), host.memory.read8(page)].join());
          log(String(vcpu.vmcb.guestAsid));`),
        ['0,4294967295,0', '1'],
      );
    });

    it('the permission maps, so that a port stops exiting', () => {
      const open = `import { host } from 'pacifica';
export function setUp(vcpu) {
  const byte = vcpu.vmcb.iopmBasePa + 0xe9n / 8n;
  host.memory.write8(byte, host.memory.read8(byte) & ~(1 << (0xe9 & 7)));
}`;
      const exits = (text: string): number => runGuest(text, 'mov al, 65\nout 0xe9, al\ncli\nhlt').hypervisor.exitCount;
      assert.equal(exits(open), exits('export {};') - 1);
    });

    it('CPUID, MSRs, virtual time, the console, DR0', () => {
      const { logged, console } = runGuest(
        inHandler(`log(pacifica.CPUID.SVM.mask & host.cpuid(0x80000001).ecx ? 'svm' : 'none');
          log(host.rdmsr(pacifica.MSR_EFER).toString(16));
          host.wrmsr(pacifica.MSR_TSC_AUX, 5n); log(String(host.rdmsr(pacifica.MSR_TSC_AUX)));
          log(String(host.time > 0n && host.tsc >= vcpu.exitTsc));
          vcpu.dr0 = 0x1234n; log(String(vcpu.dr0));
          for (const letter of 'hi') host.console(letter.charCodeAt(0));
          pacifica.flushTlb(); log(String(vcpu.vmcb.tlbControl));
          return advance();`),
        ASK,
      );
      assert.deepEqual(logged, ['svm', '1d00', '5', 'true', '4660', '3']);
      assert.equal(console, 'hi');
    });

    it('intercepts by their names', () => {
      const { logged, hypervisor } = runGuest(
        `import { advance, log } from 'pacifica';
export function setUp(vcpu) { vcpu.intercept('RDTSC', true); log(vcpu.intercepts('RDTSC') + ',' + vcpu.intercepts('RDTSCP')); }
export const exits = { VMEXIT_RDTSC(vcpu) { vcpu.intercept('RDTSC', false); vcpu.rax = 1n; return advance(); } };`,
        'rdtsc\nrdtsc\ncli\nhlt',
      );
      assert.deepEqual(logged, ['true,false']);
      assert.equal(hypervisor.guests[0]!.vcpu.state.stopped?.kind, 'halted');
    });

    it('the guest’s own control registers, where paging is its software’s', () => {
      const { logged, vm } = runGuest(
        `import { log } from 'pacifica';
export function setUp(vcpu) {
  log(vcpu.guestCr3.toString(16));
  vcpu.guestCr3 = 0x7000n;
  vcpu.vmcb.cr3 = 0x9000n;
  log([vcpu.guestCr3, vcpu.vmcb.cr3].map((value) => value.toString(16)).join());
  log(String(vcpu.guest.spaOf(0x3000n) - vcpu.guest.spaOf(0n)));
}`,
        'cli\nhlt',
        { paging: 'own' },
        1,
      );
      assert.deepEqual(logged, ['0', '7000,9000', '12288']);
      assert.deepEqual([vm.vcpu.guestControls.cr3, vm.vcpu.vmcb.number('cr3')], [0x7000, 0x9000]);
    });
  });

  describe('is told at its line what is wrong', () => {
    for (const [body, words] of [
      ['vcpu.vmcb.nextRip = 1n;', /vmcb has no nextRip/],
      ['return vcpu.vmcb.nextRip;', /vmcb has no nextRip/],
      ['vcpu.rip = 3;', /vcpu\.rip is 64 bits wide and takes a bigint, .* not 3$/],
      ['vcpu.vmcb.rip = 1n << 64n;', /vmcb\.rip is 64 bits wide: 0x10000000000000000n does not fit/],
      ['vcpu.vmcb.cpl = 1n;', /vmcb\.cpl is 8 bits wide and takes a number, .* not the bigint 0x1n/],
      ['vcpu.vmcb.cpl = 256;', /vmcb\.cpl is 8 bits wide: 256 does not fit/],
      ['vcpu.vmcb.cpl = 1.5;', /1\.5 does not fit/],
      ['vcpu.eax = NaN;', /vcpu\.eax is 32 bits wide: NaN does not fit/],
      ['vcpu.vmcb.hostReserved = new Uint8Array(3);', /vmcb\.hostReserved has 32 bytes, not 3/],
      ['host.cpuid("1");', /host\.cpuid: leaf is 32 bits wide and takes a number, not a text/],
      ['host.reboot();', /host has no reboot/],
      ['vcpu.guest.size = 5n;', /./],
      ["vcpu.intercept('CPUD', true);", /there is no intercept 'CPUD'/],
      ["vcpu.intercept('CPUID');", /on is true or false, not undefined/],
      ['return inject(32);', /vectors 0 to 31/],
      ['return advance(16);', /1 to 15 bytes, not 16/],
      ['return stop();', /takes a text/],
      ['missing();', /'missing' is not defined/],
      ['console.log(1);', /use log\(text\)/],
      ['return Date.now();', /virtual time/],
    ] as const) {
      it(body, () => {
        const text = told(body);
        assert.match(text, /^handlers\.ts:5:\d+: /);
        assert.match(text, words);
      });
    }

    it('a handler that answers nothing, at its name', () => {
      assert.match(told(''), /^handlers\.ts:4:3: VMEXIT_CPUID returned nothing/);
    });

    it('beforeEntry that answers as if something had exited', () => {
      const { problem } = runGuest(
        "import { resume } from 'pacifica';\nexport const beforeEntry = () => resume();",
        ASK,
      );
      assert.match(problem!.text, /^handlers\.ts:2:14: beforeEntry returned resume\(\): nothing has exited/);
    });

    it('an interrupt of the host that is not served', () => {
      const own = (answer: string): string => `import { builtIn, resume } from 'pacifica';
export const exits = {
  VMEXIT_INTR: () => ${answer},
};`;
      const wait =
        'mov al, 0x34\nout 0x43, al\nmov al, 0xff\nout 0x40, al\nout 0x40, al\nmov ecx, 200000\nl: dec ecx\njnz l\ncli\nhlt';
      const { problem } = runGuest(own('resume()'), wait);
      assert.match(problem!.text, /^handlers\.ts:3:3: VMEXIT_INTR returned resume\(\): .* return builtIn\(\)$/);
      assert.equal(runGuest(own('builtIn()'), wait).problem, undefined);
    });

    it('the first thing that goes wrong, once', () => {
      const errors: string[] = [];
      const software = new LearnersSoftware(FILE, inHandler('throw new Error("x")'), {
        onError: (e) => errors.push(e.text),
      });
      const guest = new Hypervisor(new HostMode(new Machine({ ramSize: 8 << 20 }))).addGuest(guestSpec(ASK));
      software.exit('VMEXIT_CPUID', guest);
      software.exit('VMEXIT_CPUID', guest);
      software.dispose();
      assert.equal(errors.length, 1);
    });
  });
});
