/** The bare machine, whose software is itself a hypervisor: host and guest in one session. */
import assert from 'node:assert/strict';
import { fromBase64 } from '../../src/protocol/codec';
import { Client } from './client';

const HOST = 1;
const GUEST = 2;

/** Long mode; a guest in long mode too, on the host's page tables, that says CPUID and VMMCALL. */
const SOURCE = `
bits 64
org 0x100000
VMCB equ 0x200000
HSAVE equ 0x201000
_start:
    mov ecx, 0xc0000080
    rdmsr
    or eax, 1 << 12                 ; EFER.SVME
    wrmsr
    mov ecx, 0xc0010117             ; VM_HSAVE_PA
    mov eax, HSAVE
    xor edx, edx
    wrmsr
    mov rbx, VMCB
    mov dword [rbx + 0x0c], 1 << 18 ; CPUID
    mov dword [rbx + 0x10], 3       ; VMRUN, VMMCALL
    mov dword [rbx + 0x58], 1       ; ASID
    mov dword [rbx + 0x410], 0x0a9b0008
    mov dword [rbx + 0x414], -1
    mov dword [rbx + 0x420], 0x0c930010
    mov dword [rbx + 0x424], -1
    mov rax, cr0
    mov [rbx + 0x558], rax
    mov rax, cr3
    mov [rbx + 0x550], rax
    mov rax, cr4
    mov [rbx + 0x548], rax
    mov dword [rbx + 0x4d0], 0x1500 ; EFER: SVME LMA LME
    mov qword [rbx + 0x570], 2
    mov qword [rbx + 0x578], guest
    mov qword [rbx + 0x5d8], 0x70000
    mov rax, VMCB
again:
    vmrun
after:
    inc r15
    mov rcx, [rbx + 0x70]
    cmp rcx, 0x81
    je over
    mov rcx, [rbx + 0xc8]
    mov [rbx + 0x578], rcx
    jmp again
over:
    cli
    hlt
guest:
    mov esi, 0x1111
    cpuid
    mov edi, 0x2222
    vmmcall
    jmp guest
`;
const PATH = '/hypervisor.asm';
const LINE = (text: string): number => SOURCE.split('\n').findIndex((line) => line.trim().startsWith(text)) + 1;

describe('a debug session with the bare machine', () => {
  let client: Client;
  beforeEach(() => (client = new Client({ [PATH]: SOURCE })));
  afterEach(() => client.end());
  const launch = (configure?: () => Promise<void>) => client.launch({ program: PATH, mode: 'bare' }, configure);

  it('breaks in host code and in guest code, and shows each as a thread of its own', async () => {
    const stop = await launch(async () => {
      await client.breakAt(PATH, LINE('vmrun'), LINE('mov edi'));
    });
    assert.equal(stop.reason, 'breakpoint');
    assert.equal(stop.threadId, HOST);
    assert.deepEqual((await client.request('threads')).threads, [{ id: HOST, name: 'processor' }]);
    assert.equal((await client.frame(HOST)).line, LINE('vmrun'));

    // CPUID comes back to the host, which enters again
    assert.equal((await client.until('continue')).threadId, HOST);
    const inside = await client.until('continue');
    assert.equal(inside.threadId, GUEST);
    assert.equal((await client.frame(GUEST)).line, LINE('mov edi'));
    assert.equal((await client.values(GUEST, 'General'))['RSI'], '0x0000_0000_0000_1111');
    // the host waits behind its VMRUN
    const host = await client.frame(HOST);
    assert.equal(host.name, 'after (after VMRUN of guest A)');
    assert.equal((await client.values(HOST, 'General'))['RAX'], '0x0000_0000_0020_0000');
    const state = await client.ask('pacifica/state', {});
    assert.deepEqual([state.inGuest, state.guest, state.exits], [true, 0, 1]);
    const { view } = await client.ask('pacifica/vmcb', {});
    assert.equal(view!.inGuest, true);
    assert.equal(view!.spa, 0x200000);
  });

  it('stands on the HLT it ended with, though RIP is behind it', async () => {
    await launch(async () => {
      await client.breakAt(PATH, LINE('cli'));
    });
    await client.until('continue');
    assert.equal((await client.frame(HOST)).line, LINE('hlt'));
  });

  it('a step into VMRUN goes into the guest, a step over it to the host behind', async () => {
    await launch(async () => {
      await client.breakAt(PATH, LINE('vmrun'));
    });
    const over = await client.until('next', { threadId: HOST });
    assert.deepEqual([over.reason, over.threadId], ['step', HOST]);
    assert.equal((await client.frame(HOST)).line, LINE('inc r15'));
    const again = await client.until('continue');
    assert.equal(again.reason, 'breakpoint');
    const into = await client.until('stepIn', { threadId: HOST });
    assert.deepEqual([into.reason, into.threadId], ['step', GUEST]);
    assert.equal((await client.frame(GUEST)).line, LINE('mov edi'));
    // and out again: VMMCALL ends guest mode
    await client.until('stepIn', { threadId: GUEST });
    const out = await client.until('stepIn', { threadId: GUEST });
    assert.equal(out.threadId, HOST);
    assert.equal((await client.frame(HOST)).line, LINE('inc r15'));
  });

  it('stops on the #VMEXIT of a guest, in the host, with the VMCB as it is', async () => {
    const stop = await launch(async () => {
      await client.breakOnExit('vmmcall');
    });
    assert.deepEqual([stop.reason, stop.threadId], ['exception', HOST]);
    assert.equal((await client.frame(HOST)).line, LINE('inc r15'));
    // the guest's thread stands where it left
    assert.equal((await client.frame(GUEST)).line, LINE('vmmcall'));
    assert.equal((await client.values(GUEST, 'General'))['RDI'], '0x0000_0000_0000_2222');
    const { view } = await client.ask('pacifica/vmcb', {});
    assert.equal(view!.exit, 2);
    assert.equal(view!.gif, 0);
    assert.equal(view!.registers.rdi, '0x2222');
    assert.equal(view!.instruction, 'vmmcall');
    assert.equal(view!.since, 1);
    assert.deepEqual(view!.violations, []);
    const bytes = fromBase64(view!.bytes);
    assert.equal(bytes[0x70], 0x81);
    assert.equal(fromBase64(view!.previous!)[0x70], 0x72);
    const log = await client.ask('pacifica/exitLog', { first: 0, count: 10, filter: {} });
    assert.deepEqual(log.columns.code, [0x72, 0x81]);
    assert.deepEqual(log.columns.outcome, ['software', 'software']);
    const { roots } = await client.ask('pacifica/pageTables', { root: 'host', path: [] });
    assert.deepEqual(roots, ['guest', 'host']);
    const none = await client.ask('pacifica/pageTables', { root: 'nested', path: [] });
    assert.deepEqual([none.kind, none.kind === 'none' && none.what], ['none', 'NP_ENABLE is 0']);
  });

  it('tells why a VMRUN is refused', async () => {
    const refused = SOURCE.replace('mov dword [rbx + 0x58], 1 ', 'mov dword [rbx + 0x58], 0 ');
    assert.notEqual(refused, SOURCE);
    client = new Client({ [PATH]: refused });
    const stop = await launch(async () => {
      await client.breakOnExit('fault');
    });
    assert.equal(stop.text, '#VMEXIT INVALID (guest A, exit 1)');
    const { view } = await client.ask('pacifica/vmcb', {});
    assert.deepEqual(
      view!.violations.map(({ field }) => field),
      ['guestAsid'],
    );
  });
});
