/** Software of learners that means no good, or does not end: a message, and everything else goes on. */
import assert from 'node:assert/strict';
import v8 from 'node:v8';
import vm from 'node:vm';
import { HostMode } from '../../src/engine/machine/host-mode';
import { Machine } from '../../src/engine/machine/machine';
import { Hypervisor } from '../../src/hypervisor/hypervisor';
import { Engine, prepareEngines, takeEngine } from '../../src/sandbox/engine';
import { LearnersSoftware } from '../../src/sandbox/learners-software';
import { SandboxError } from '../../src/sandbox/sandbox-error';
import { FILE, guestSpec, runGuest } from './run';

const GUEST = 'mov eax, 1\ncpuid\nmov bx, 0x1234\ncli\nhlt\n';
const GOOD = `import { advance } from 'pacifica';
export const exits = { VMEXIT_CPUID(vcpu) { vcpu.ecx = 7; return advance(); } };`;

const handler = (body: string): string => `import { advance, resume, stop, host, inject } from 'pacifica';
export const exits = {
  VMEXIT_CPUID(vcpu) {
    ${body}
  },
};
`;

function gc(): void {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
}

/** What is done in a handler, and what must be said of it. */
const ATTACKS: Readonly<Record<string, readonly [body: string, message: RegExp]>> = {
  'a loop without an end': ['for (;;);', /ran for more than 10,000,000 steps/],
  'a loop that catches everything': ['for (;;) try { for (;;); } catch {} finally { continue; }', /steps/],
  'generators without an end': ['const g = (function* () { for (;;) yield 1; })(); for (const x of g);', /steps/],
  'a regular expression that explodes': ['/(a+)+$/.test("a".repeat(60) + "b")', /steps/],
  'a sort of a list that says it is long': ['[].sort.call({ length: 2 ** 31 }, () => 0)', /steps|MB of memory/],
  'products of long integers': ['let x = 3n ** 600000n; for (;;) x * x;', /steps/],
  'an integer that is too long': ['return 2n ** (2n ** 40n)', /too large|too long|BigInt/],
  'a text that is too long': ['let s = "x"; for (;;) s += s;', /string too long|MB of memory/],
  'a list that grows for ever': ['const a = []; for (;;) a.push(new Uint8Array(65536));', /more than 32 MB of memory/],
  'one large allocation': ['return new Uint8Array(512 << 20)', /more than 32 MB of memory|invalid/],
  'recursion without an end': ['const f = () => f() + 1; return f();', /calls go too deep/],
  'recursion through the engine': [
    'let a = []; for (let n = 0; n < 100000; n++) a = [a]; return JSON.stringify(a);',
    /too deep|steps/,
  ],
  'recursion in a regular expression': [
    'return new RegExp("(".repeat(100000) + ")".repeat(100000))',
    /too deep|RegExp|regexp|SyntaxError/,
  ],
  'recursion in the parser of JSON': ['return JSON.parse("[".repeat(1_000_000))', /too deep|steps/],
  'recursion in the parser of JavaScript': [
    'return new Function("return " + "(".repeat(100_000))',
    /too deep|SyntaxError|steps/,
  ],
  'digits of a long integer': ['let x = 2n ** 900_000n; for (;;) x.toString(7);', /steps/],
  'a loop made of text': ['return new Function("for (;;);")()', /steps/],
  'a thread that waits': [
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0); return 1',
    /block|Atomics|wait/,
  ],
  'shared memory': ['const a = []; for (;;) a.push(new SharedArrayBuffer(1 << 20));', /MB of memory/],
  'a spread of a list that is not there': [
    'return Math.max(...{ length: 1e9, [Symbol.iterator]: Array.prototype.values })',
    /steps|MB of memory/,
  ],
  chance: ['return Math.random()', /there is no chance here/],
  'a getter that throws': ['throw { get message() { throw this; }, get stack() { throw 1; } }', /./],
  'an error whose text does not end': ['throw { get message() { for (;;); } }', /./],
  'a proxy as an error': [
    'throw new Proxy({}, { get() { throw 1; }, has() { throw 2; }, ownKeys() { throw 3; } })',
    /./,
  ],
  'a proxy as an answer': [
    'return new Proxy({}, { get() { throw 1; }, has() { throw new Error("trap"); } })',
    /trap|returned/,
  ],
  'nothing thrown': ['throw undefined', /undefined|without a message/],
  'an answer that is forged': ['return { kind: "advance", by: "me" }', /VMEXIT_CPUID returned an object/],
  'an answer made of a real one': ['return { ...advance() }', /returned an object/],
  'an answer with a real one as prototype': ['return Object.create(advance())', /returned an object/],
  'a class that is not there': [
    'return new (advance().constructor)(1)',
    /not a constructor|not a function|undefined|returned|returned an object/,
  ],
  'a promise': ['return Promise.resolve(advance())', /returned a promise/],
  'a thenable': ['return { then(f) { f(advance()); } }', /returned a promise/],
  'a generator': ['return (function* () { yield advance(); })()', /returned an object/],
  require: ['return require("fs")', /there is no 'require' here/],
  process: ['return process.exit(1)', /there is no 'process' here/],
  'process by another way': ['return (0, globalThis)["process"].exit(1)', /there is no 'process' here/],
  'a constructor of the host': [
    'return (() => {}).constructor("return process")().exit(1)',
    /there is no 'process' here|not defined/,
  ],
  'a constructor of the host, through a bridge function': [
    'return host.cpuid.constructor("return this")().process.exit(1)',
    /there is no 'process' here|cannot read property|undefined/,
  ],
  'a dynamic import': ['import("node:fs"); return advance(99)', /1 to 15 bytes/],
  'the library’s hands': ['return globalThis.__pacifica.run()', /undefined/],
  'memory that is not its own': ['return host.memory.read64(0x100000n)', /SPA 10_0000h .*not this software's/],
  'memory beyond the machine': ['return host.memory.read64(0xffff_ffff_ffff_fff8n)', /not this software's/],
  'memory across the end of its own': [
    'const p = host.allocatePage(); return host.memory.readBytes(p + 0xff8n, 16)',
    /not this software's/,
  ],
  'guest memory that is not there': ['return vcpu.guest.read64(0xffff_ffff_ffff_ffffn)', /is not memory of the guest/],
  'all of system memory': ['for (;;) host.allocatePage(4096)', /system memory is used up|1 to 4096/],
  'the hypervisor’s MSRs': ['host.wrmsr(0xc0000080, 0n)', /EFER/],
  'an MSR that is not there': ['return host.rdmsr(0x12345678)', /no such MSR/],
};

/** What is done to what others use, and it is to be of no effect on them. */
const POLLUTION = `
Object.prototype.kind = 'advance';
Object.prototype.then = undefined;
Array.prototype[Symbol.iterator] = function* () { for (;;) yield 0; };
Uint8Array.prototype.slice = Uint32Array.prototype.set = () => { throw new Error('polluted'); };
Function.prototype.call = Function.prototype.apply = () => 1;
Reflect.apply = () => 1;
Number.isInteger = () => true;
String.fromCharCode = () => 'x';
globalThis.BigInt = globalThis.Uint8Array = globalThis.Error = globalThis.TypeError = undefined;
`;

describe('hostile software', function () {
  this.timeout(120_000);
  before(() => prepareEngines());
  afterEach(() => prepareEngines());

  const works = (): void => {
    const { stop, problem, vm: guest } = runGuest(GOOD, GUEST);
    assert.deepEqual([stop.kind, problem, guest.vcpu.vmcb.low('rip') > 0], ['halted', undefined, true]);
  };

  for (const [what, [body, message]] of Object.entries(ATTACKS)) {
    it(`${what}: said, and the next run works`, () => {
      const { stop, problem } = runGuest(handler(body), GUEST);
      assert.equal(stop.kind, 'diagnosis', JSON.stringify(stop));
      assert.ok(problem, 'no problem is kept');
      assert.match(problem.message, message);
      assert.equal(problem.file, FILE);
      assert.ok(problem.line === 3 || problem.line === 4, `line ${problem.line}: ${problem.message}`);
      works();
    });
  }

  it('pollution of what everybody inherits harms nobody else', () => {
    const { stop, problem } = runGuest(
      `import { advance } from 'pacifica';\n${POLLUTION}
export const exits = { VMEXIT_CPUID(vcpu) { vcpu.ecx = 7; return advance(); } };`,
      GUEST,
    );
    assert.equal(stop.kind, 'halted', problem?.text);
    assert.equal(({} as { kind?: string }).kind, undefined);
    assert.deepEqual([...new Uint8Array([1, 2]).slice(1)], [2]);
    works();
  });

  it('an endless loop at the top of the file, or in setUp, is as bad', () => {
    assert.throws(
      () => runGuest('for (;;);', GUEST),
      (error: Error) => {
        assert.ok(error instanceof SandboxError);
        assert.match(error.message, /100,000,000 steps/);
        return true;
      },
    );
    const { problem, stop } = runGuest('export function setUp() {\n for (;;);\n}', GUEST);
    assert.equal(stop.kind, 'diagnosis');
    assert.match(problem!.text, /^handlers\.ts:[12]:\d+: this ran for more than 200,000,000 steps/);
    works();
  });

  it('handlers that each take long are too much together', () => {
    const slow = handler('for (let n = 0; n < 100_000; n++); return resume();');
    const { problem, stop, hypervisor } = runGuest(slow, GUEST, {}, 10_000_000, { budget: 10_000_000 });
    assert.equal(stop.kind, 'diagnosis');
    assert.match(problem!.text, /^handlers\.ts:3:3: the answers to all exits took more than 10,000,000 steps together/);
    assert.ok(hypervisor.exitCount > 5);
    works();
  });

  it('the same steps every time: the place where a loop is ended does not move', () => {
    const counting = `import { log } from 'pacifica';
let n = 0;
export const exits = { VMEXIT_CPUID(vcpu) { for (;;) if (++n % 1000 === 0) log(String(n)); } };`;
    const [first, second] = [runGuest(counting, GUEST), runGuest(counting, GUEST)];
    assert.ok(first.logged.length > 10);
    assert.deepEqual(second.logged, first.logged);
    assert.equal(second.problem?.text, first.problem?.text);
  });

  it('what has failed stays failed, and says the same', () => {
    const software = new LearnersSoftware(FILE, handler('throw new Error("once")'));
    const machine = new Machine({ ramSize: 8 << 20 });
    const guest = new Hypervisor(new HostMode(machine)).addGuest(guestSpec(GUEST));
    const [first, second] = [software.exit('VMEXIT_CPUID', guest), software.exit('VMEXIT_CPUID', guest)];
    assert.deepEqual(first, {
      kind: 'stop',
      by: 'your handler',
      stop: { kind: 'diagnosis', message: 'handlers.ts:4:20: once' },
    });
    assert.deepEqual(second, first);
    software.dispose();
    works();
  });

  it('memory comes back', async () => {
    const hog = handler('const a = []; for (;;) a.push(new Uint8Array(65536).fill(1));');
    const settle = async (): Promise<number> => {
      await prepareEngines();
      for (let n = 0; n < 5; n++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return process.memoryUsage().rss;
    };
    works();
    runGuest(hog, GUEST);
    const before = await settle();
    for (let n = 0; n < 5; n++) {
      assert.match(runGuest(hog, GUEST).problem!.message, /32 MB/);
      await prepareEngines();
    }
    const grown = (await settle()) - before;
    assert.ok(grown < 20 << 20, `${(grown / (1 << 20)).toFixed(1)} MB more than before`);
  });

  it('an instance that is given back is as one that was never used', async () => {
    const used = takeEngine();
    const kept = used.memory.byteLength;
    new Uint8Array(used.memory).fill(0xa5, 0x10_0000);
    used.stepsLeft = 5;
    used.giveBack();
    const fresh = await Engine.create();
    const [a, b] = [new Uint8Array(used.memory), new Uint8Array(fresh.memory)];
    assert.equal(a.length, kept);
    assert.equal(Buffer.compare(a, b), 0);
  });
});
