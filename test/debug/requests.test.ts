/** Single requests: what they answer, and how they refuse. */
import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Client } from './client';

const HELLO = 'samples/first-light/hello.asm';
const GUEST = 2;

describe('requests of the debug adapter', () => {
  let client: Client;
  beforeEach(() => (client = new Client()));
  afterEach(() => client.end());

  it('initialize: capabilities follow from the table, one filter a group of exits', async () => {
    const capabilities: DebugProtocol.Capabilities = await client.request('initialize', {});
    for (const one of ['Disassemble', 'ReadMemory', 'WriteMemory', 'ExceptionInfo', 'Restart', 'Terminate'] as const) {
      assert.equal(capabilities[`supports${one}Request`], true, one);
    }
    assert.equal(capabilities.supportsSteppingGranularity, true);
    assert.equal(capabilities.supportsDataBreakpoints, undefined);
    const filters = capabilities.exceptionBreakpointFilters ?? [];
    assert.ok(filters.length > 10);
    assert.ok(filters.every(({ supportsCondition, label }) => supportsCondition && label.startsWith('#VMEXIT: ')));
  });

  it('a request nobody answers is refused by its name', async () => {
    assert.match(await client.refusal('stepBack', {}), /'stepBack' is not supported/);
    assert.match(await client.refusal('constructor', {}), /'constructor' is not supported/);
    assert.match(await client.refusal('stackTrace', { threadId: 1 }), /nothing has been launched/);
    assert.match(await client.refusal('pacifica/state', {}), /nothing has been launched/);
  });

  describe('launch says what is wrong with launch.json', () => {
    const cases: readonly [string, object, RegExp][] = [
      ['no program', {}, /'program' is missing/],
      ['a program that is not there', { program: '/nowhere.asm' }, /'\/nowhere\.asm' cannot be read: no such file/],
      ['a program that is no path', { program: 5 }, /'program' is a path, not 5/],
      [
        'an unknown boot kind',
        { program: HELLO, boot: 'floppy' },
        /'boot' is 'asm', 'flat', 'rom', 'elf', 'multiboot' or 'linux', not "floppy"/,
      ],
      ['an unknown mode', { program: HELLO, mode: 'host' }, /'mode' is 'guest' or 'bare', not "host"/],
      [
        'memory in words',
        { program: HELLO, memory: '64 MB' },
        /'memory' is a whole number of megabytes from 1 to 3072, not "64 MB"/,
      ],
      ['half a megabyte', { program: HELLO, memory: 0.5 }, /whole number of megabytes/],
      ['too much memory', { program: HELLO, memory: 4096 }, /whole number of megabytes from 1 to 3072, not 4096/],
      ['too little memory', { program: HELLO, memory: 1 }, /memory/],
      ['a ROM for a guest', { program: HELLO, boot: 'rom', mode: 'guest' }, /no firmware/],
      ['an image of unknown kind', { program: '/image.bin' }, /say how to boot it|could be anything/],
    ];
    for (const [name, launch, message] of cases) {
      it(name, async () => {
        client = new Client({ '/image.bin': Uint8Array.of(0xf4) });
        await client.request('initialize', {});
        assert.match(await client.refusal('launch', launch), message);
      });
    }

    it('a source that does not assemble: the message, and a line on the debug console to click on', async () => {
      client = new Client({ '/bad.asm': 'bits 64\nmov rax, ebx\n' });
      await client.request('initialize', {});
      assert.match(await client.refusal('launch', { program: '/bad.asm' }), /^\/bad\.asm:2:\d+: /);
      const [output] = client.events.filter(({ event }) => event === 'output');
      assert.deepEqual((output!.body as { source: object }).source, { name: 'bad.asm', path: '/bad.asm' });
      assert.equal((output!.body as { line: number }).line, 2);
    });
  });

  it('reads what a source includes, beside it', async () => {
    client = new Client({
      '/lab/main.asm': 'bits 64\norg 0x100000\n%include "part.inc"\n',
      '/lab/part.inc': 'mov eax, 5\nhlt\n',
    });
    await client.launch({ program: '/lab/main.asm', stopOnEntry: true });
    const frame = await client.frame(GUEST);
    assert.deepEqual([frame.source!.path, frame.line], ['/lab/part.inc', 1]);
  });

  it('disassemble: forwards, backwards, with sources, labels and fillers', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    const ask = async (memoryReference: string, instructionOffset: number, instructionCount: number) =>
      (await client.request('disassemble', { memoryReference, instructionOffset, instructionCount }))
        .instructions as DebugProtocol.DisassembledInstruction[];
    const list = await ask('0x100000', 0, 4);
    assert.deepEqual(
      list.map(({ address }) => address),
      ['0x0000000000100000', '0x0000000000100007', '0x000000000010000c', '0x0000000000100011'],
    );
    assert.match(list[0]!.instruction, /^lea rsi, \[/);
    assert.equal(list[0]!.symbol, '_start');
    assert.equal(list[0]!.line, 14);
    assert.match(list[1]!.instruction, /^call .*; print$/);
    assert.equal(list[3]!.instruction, 'cpuid');
    assert.equal(list[3]!.instructionBytes, '0f a2');
    const back = await ask('0x100011', -3, 5);
    assert.deepEqual(
      back.map(({ address }) => address),
      ['0x0000000000100000', '0x0000000000100007', '0x000000000010000c', '0x0000000000100011', '0x0000000000100013'],
    );
    const early = await ask('0x100000', -50, 100);
    assert.equal(early.length, 100);
    assert.equal(early[50]!.address, '0x0000000000100000');
    const nowhere = await ask('0xf0000000', -5, 10);
    assert.deepEqual(
      [nowhere.length, nowhere[5]!.address, nowhere[5]!.presentationHint],
      [10, '0x00000000f0000000', 'invalid'],
    );
  });

  it('reads and writes memory by virtual, guest-physical and system-physical address', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    const read = async (memoryReference: string, count: number, offset = 0) => {
      const body = await client.request('readMemory', { memoryReference, count, offset });
      return { ...body, text: Buffer.from(body.data ?? '', 'base64').toString('latin1') };
    };
    const address = await client.evaluate('greeting');
    assert.match(address, /^0x10_00[0-9A-F]+ \(\d+\) greeting$/);
    const reference = address.split(' ')[0]!;
    assert.equal((await read(reference, 5)).text, 'Hello');
    assert.equal((await read(`gpa0:${reference}`, 5)).text, 'Hello');
    const beyond = await read('0xffffffff0', 32);
    assert.equal(beyond.unreadableBytes, 32);
    const data = Buffer.from('Jello').toString('base64');
    assert.deepEqual(await client.request('writeMemory', { memoryReference: reference, data }), { bytesWritten: 5 });
    await client.until('continue');
    assert.equal(client.console, 'Jello from guest mode!\r\n');
    const state = await client.ask('pacifica/vmcb', {});
    const vmcb = await read(`spa:0x${state.view!.spa.toString(16)}`, 4096);
    assert.equal(vmcb.data, state.view!.bytes);
    assert.match(await client.refusal('readMemory', { memoryReference: 'here', count: 1 }), /no memory reference/);
  });

  it('evaluates registers, flags, memory, symbols and VMCB fields; sets what can be set', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    assert.equal(await client.evaluate('rip'), '0x10_0000 (1048576) _start');
    assert.equal(await client.evaluate('rsp + 8'), '0x8_0008 (524296)');
    assert.equal(await client.evaluate('byte [greeting]'), '0x48 (72)');
    assert.equal(await client.evaluate('if'), '0');
    assert.equal(await client.evaluate('vmcb.nCR3 & 0xfff'), '0');
    assert.equal(await client.evaluate('vmcb.guest_asid'), '1');
    assert.match(await client.refusal('evaluate', { expression: 'rxa' }), /there is no 'rxa'.*did you mean 'rax'/);
    assert.match(await client.refusal('evaluate', { expression: 'rax = 5', context: 'watch' }), /write '=='/);
    assert.match(await client.refusal('evaluate', { expression: '[0xf000000000]' }), /no value/);

    const { scopes } = await client.request('scopes', { frameId: GUEST });
    const { variablesReference } = (scopes as DebugProtocol.Scope[])[0]!;
    const set = await client
      .request('setVariable', { variablesReference, name: 'RAX', value: '0x10 + 5' })
      .catch(() => undefined);
    // before the first VMRUN the guest's RAX is in its VMCB
    assert.equal(set?.value, '0x0000_0000_0000_0015');
    await client.request('evaluate', { expression: 'rip = print', context: 'repl' });
    assert.equal((await client.frame(GUEST)).line, 23);
  });

  it('an exit filter with a condition that cannot be read says why', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    const [bad] = await client.breakOnExit('ioio', 'EXITCODE == 0x7B && prot == 0x3f8');
    assert.equal(bad!.verified, false);
    assert.match(bad!.message!, /there is no 'prot' \(column 21\); did you mean 'port'\?/);
    const [missing] = await client.breakOnExit('ioio', 'port ==');
    assert.match(missing!.message!, /something is missing at the end/);
    const [unknown] = await client.breakOnExit('teapot');
    assert.match(unknown!.message!, /no exit group 'teapot'/);
  });

  it('restart begins anew, with the breakpoints of before', async () => {
    await client.launch({ program: HELLO }, async () => {
      await client.breakAt(HELLO, 41);
      await client.breakOnExit('cpuid');
    });
    const from = client.events.length;
    await client.request('restart', { arguments: { program: HELLO } });
    assert.equal((await client.event('stopped', from)).reason, 'breakpoint');
    assert.equal((await client.values(GUEST, 'General'))['RAX'], '0x0000_0000_0000_0048');
    assert.equal((await client.ask('pacifica/exitCounts', {})).total, 6);
    assert.ok(client.events.slice(from).some(({ event }) => event === 'breakpoint'));
    await client.breakAt(HELLO);
    assert.equal((await client.until('continue')).text, '#VMEXIT CPUID, RAX 4000_0000h (guest A, exit 54)');
  });

  it('run without debugging: the end of the guest is the end of the session', async () => {
    await client.request('initialize', {});
    const launched = client.request('launch', { program: HELLO, noDebug: true, stopOnEntry: true });
    await client.event('initialized', 0);
    await launched;
    await client.request('configurationDone');
    await client.event('terminated', 0);
    assert.equal(client.console, 'Hello from guest mode!\r\n');
    assert.ok(!client.events.some(({ event }) => event === 'stopped'));
  });

  it('is answered before what it causes happens', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    const from = client.events.length;
    await client.request('next', { threadId: GUEST });
    assert.ok(!client.events.slice(from).some(({ event }) => event === 'stopped'));
    await client.event('stopped', from);
    const [running] = client.told('pacifica/running');
    assert.deepEqual([running!.running, running!.reason], [true, '']);
  });

  it('breakpoints: a file that is not part of the program, and places behind the last instruction', async () => {
    await client.launch({ program: HELLO, stopOnEntry: true });
    const [other] = await client.breakAt('/other.asm', 3);
    assert.match(other!.message!, /not part of the program/);
    const [below] = await client.breakAt(HELLO, 4000);
    assert.match(below!.message!, /no instruction stands here/);
    const { breakpoints } = await client.request('breakpointLocations', {
      source: { path: HELLO },
      line: 13,
      endLine: 16,
    });
    assert.deepEqual(breakpoints, [{ line: 14 }, { line: 15 }, { line: 16 }]);
    const set = await client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: '0x100000', offset: 0x11 }],
    });
    assert.equal(set.breakpoints[0]?.verified, true);
    const stop = await client.until('continue');
    assert.equal(stop.reason, 'breakpoint');
    assert.equal((await client.frame(GUEST)).line, 17);
  });
});
