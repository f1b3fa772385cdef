/** Setting registers and VMCB fields by hand: what takes effect, what is refused, what is only remarked upon. */
import assert from 'node:assert/strict';
import { Client } from './client';

const PATH = '/lab/guest.asm';
const HOST = 1;
const GUEST = 2;
const SECOND = 3;

const GUEST_SOURCE = `
bits 64
org 0x100000
_start:
    mov eax, 1
    mov ebx, 2
here:
    cpuid
after:
    mov [rel seen], rbx
    jz was_zero
not_zero:
    nop
was_zero:
    mov al, 0x10
    out 0xf4, al
    cli
    hlt
seen: dq 0
`;

const REAL_SOURCE = `
bits 16
org 0x7c00
_start:
    xor ax, ax
    mov ds, ax
here:
    mov al, [0x10]
after:
    cli
    hlt
times 510 - ($ - $$) db 0
dw 0xaa55
`;

describe('setting values by hand', function () {
  this.timeout(20_000);
  let client: Client;
  afterEach(() => client.end());

  const reference = async (thread: number, scope: string) => {
    const { scopes } = await client.request('scopes', { frameId: thread });
    return scopes.find(({ name }) => name === scope)!.variablesReference;
  };
  const set = async (thread: number, scope: string, name: string, value: string) => {
    const variablesReference = await reference(thread, scope);
    return (await client.request('setVariable', { variablesReference, name, value })).value;
  };
  const refused = async (thread: number, scope: string, name: string, value: string) =>
    client.refusal('setVariable', { variablesReference: await reference(thread, scope), name, value });
  /** Words on the debug console from an event on. */
  const said = (from: number) =>
    client.events
      .slice(from)
      .filter(({ event }) => event === 'output')
      .map(({ body }) => (body as { output: string }).output)
      .join('');
  const repl = (expression: string, frameId = GUEST) =>
    client.request('evaluate', { expression, frameId, context: 'repl' });

  const atHere = async () => {
    client = new Client({ [PATH]: GUEST_SOURCE });
    await client.launch({ program: PATH }, async () => void (await client.breakAt(PATH, 8)));
  };

  describe('of a guest that executes', () => {
    beforeEach(atHere);

    it('general registers, RIP and flags take effect', async () => {
      assert.equal(await set(GUEST, 'General', 'RBX', '0xFFFF_8000_0010_2A4E'), '0xFFFF_8000_0010_2A4E');
      assert.match(await set(GUEST, 'General', 'RIP', 'after'), /^0x0000_0000_0010_\w{4} after$/);
      assert.equal((await client.frame(GUEST)).line, 10);
      await client.request('evaluate', { expression: 'zf = 1', context: 'repl' });
      const rflags = (await client.values(GUEST, 'General'))['RFLAGS']!;
      assert.match(rflags, /\bZF\b/);
      // as it stands in the view, with what explains it
      const changed = rflags.replace(/^0x(\w+)/, '0x0000_0046');
      assert.match(await set(GUEST, 'General', 'RFLAGS', changed), /^0x0000_0046 ZF PF/);
      await client.until('stepIn', { threadId: GUEST });
      await client.breakAt(PATH, 15);
      await client.until('continue');
      assert.equal(await client.evaluate('qword [seen]'), '0xFFFF_8000_0010_2A4E');
      assert.match(await client.evaluate('ebx'), /^0x10_2A4E \(1059406\)/);
    });

    it('refuses what a register cannot hold, and says why', async () => {
      assert.match(await refused(GUEST, 'General', 'RIP', '0x8000_0000_0000_0000'), /not canonical/);
      assert.match(
        await refused(GUEST, 'General', 'RFLAGS', '0x1_0000_0000'),
        /does not fit RFLAGS, which has 32 bits/,
      );
      assert.match(await refused(GUEST, 'General', 'RFLAGS', '0x2_0000'), /RFLAGS\.VM/);
      assert.match(await refused(GUEST, 'Control', 'CR0', '0'), /CR0\.PE and CR0\.PG change the mode/);
      assert.match(await refused(GUEST, 'Control', 'CR4', 'cr4 | 0x8000_0000'), /CR4 has no bits 0x80000000/);
      assert.match(await refused(GUEST, 'Control', 'EFER', '0'), /EFER\.LME/);
      assert.match(await refused(GUEST, 'Segments', 'DS', '8'), /descriptor/);
      assert.match(await refused(GUEST, 'General', 'mode', '1'), /mode cannot be set/);
      assert.match(await refused(GUEST, 'General', 'RAX', 'nonsense'), /there is no 'nonsense'/);
      assert.match(await refused(HOST, 'VMCB control', 'GUEST_ASID', '0x1_0000_0000'), /which has 32 bits/);
    });

    it('control registers take effect at once', async () => {
      assert.match(await set(GUEST, 'Control', 'CR0', 'cr0 | 0x1_0000'), /\bWP\b/);
      assert.equal(await set(GUEST, 'Control', 'CR2', '0x1234'), '0x0000_0000_0000_1234');
      assert.match((await client.values(GUEST, 'Control'))['CR0']!, /WP/);
    });

    it('says that the save area of a guest that executes is written over', async () => {
      const from = client.events.length;
      await set(GUEST, 'VMCB save', 'RAX', '5');
      assert.match(said(from), /guest A executes: the next #VMEXIT writes its own RAX over this one/);
    });

    it('takes a VMCB that VMRUN will refuse, and says which rule', async () => {
      const from = client.events.length;
      assert.equal(await set(GUEST, 'VMCB control', 'GUEST_ASID', '0'), '0x0000_0000');
      assert.match(said(from), /VMRUN would refuse GUEST_ASID: .+ \(§15\.5\.1/);
      const again = client.events.length;
      await set(GUEST, 'VMCB control', 'GUEST_ASID', '1');
      assert.doesNotMatch(said(again), /would refuse/);
    });

    it('sets by expression, registers and fields only', async () => {
      const { value } = (await client.request('setExpression', {
        expression: 'vmcb.TSC_OFFSET',
        value: '-1',
        frameId: GUEST,
      })) as { value: string };
      assert.equal(value, '0xFFFF_FFFF_FFFF_FFFF');
      await client.request('setExpression', { expression: 'rcx', value: 'rbx + 1', frameId: GUEST });
      assert.equal(await client.evaluate('rcx'), '3');
      assert.match(
        await client.refusal('setExpression', { expression: '[rsp]', value: '1' }),
        /no register and no field/,
      );
      assert.match(await client.refusal('setExpression', { expression: 'seen', value: '1' }), /cannot be set/);
    });
  });

  it('of a guest at its #VMEXIT: registers wherever the hypervisor has them', async () => {
    client = new Client({ [PATH]: GUEST_SOURCE });
    await client.launch({ program: PATH }, async () => void (await client.breakOnExit('cpuid')));
    // the handler of CPUID will look at EAX, and write RBX
    await set(GUEST, 'General', 'RAX', '0');
    assert.equal(await set(GUEST, 'General', 'R15', '0x77'), '0x0000_0000_0000_0077');
    await client.breakAt(PATH, 10);
    await client.until('continue');
    assert.equal(await client.evaluate('ebx'), '0x6874_7541 (1752462657)'); // 'Auth', of leaf 0
    assert.equal(await client.evaluate('r15'), '0x77 (119)');
    assert.equal((await repl('cr4 = cr4')).variablesReference, 0);
  });

  it('a selector in real mode moves its base', async () => {
    client = new Client({ [PATH]: REAL_SOURCE });
    await client.launch({ program: PATH, mode: 'bare' }, async () => void (await client.breakAt(PATH, 8)));
    assert.match(await set(HOST, 'Segments', 'DS', '0x7c0'), /^0x07C0 base 0x0000_0000_0000_7C00/);
    const expected = await client.evaluate('byte [0x7c10]', HOST);
    await client.until('next', { threadId: HOST });
    assert.equal(await client.evaluate('al', HOST), expected);
  });

  it('only while it stands still', async () => {
    client = new Client({ [PATH]: 'bits 64\norg 0x100000\n_start: jmp _start\n' });
    await client.launch({ program: PATH, stopOnEntry: true });
    const variablesReference = await reference(GUEST, 'General');
    await client.request('continue', { threadId: GUEST });
    assert.match(
      await client.refusal('setVariable', { variablesReference, name: 'RAX', value: '1' }),
      /running: pause it first/,
    );
    assert.match(await client.refusal('setExpression', { expression: 'rax', value: '1' }), /running: pause it first/);
    assert.match(
      await client.refusal('writeMemory', { memoryReference: '0x100000', data: 'AA==' }),
      /running: pause it first/,
    );
    await client.until('pause', { threadId: GUEST });
  });

  it('two guests are two threads with frames, registers and ends of their own', async () => {
    const counts = 'bits 64\norg 0x100000\n_start: inc rax\ncpuid\njmp _start\n';
    const ends = 'bits 64\norg 0x100000\n_start: mov r12, 5\nmov al, 3\nout 0xf4, al\n';
    client = new Client({ '/a.asm': counts, '/b.asm': ends });
    await client.launch({ guests: [{ program: '/a.asm' }, { program: '/b.asm' }], stopOnEntry: true });
    await client.request('continue', { threadId: GUEST });
    for (let n = 0; n < 100 && !said(0).includes('guest B has ended'); n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await client.until('pause', { threadId: GUEST });
    const { threads } = await client.request('threads');
    assert.deepEqual(
      threads.map(({ id, name }) => [id, name.replace(/:.*/, '')]),
      [
        [GUEST, 'guest A'],
        [SECOND, 'guest B (ended'],
        [HOST, 'hypervisor'],
      ],
    );
    assert.match(threads[1]!.name, /ended: debug exit with value 3/);
    assert.equal((await client.frame(GUEST)).source?.path, '/a.asm');
    assert.equal((await client.frame(SECOND)).source?.path, '/b.asm');
    assert.equal((await client.frame(SECOND)).line, 5);
    assert.equal((await client.values(SECOND, 'General'))['R12'], '0x0000_0000_0000_0005');
    assert.equal(await set(SECOND, 'General', 'R12', '6'), '0x0000_0000_0000_0006');
    assert.notEqual((await client.values(GUEST, 'General'))['R12'], '0x0000_0000_0000_0006');
  });

  it('what it can set is announced', async () => {
    client = new Client();
    const capabilities = await client.request('initialize', {});
    assert.equal(capabilities.supportsSetVariable, true);
    assert.equal(capabilities.supportsSetExpression, true);
    assert.equal(capabilities.supportsWriteMemoryRequest, true);
  });
});
