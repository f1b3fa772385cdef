/** The runner by itself: what experiments report, where they end, and that nothing in them is left to chance. */
import assert from 'node:assert/strict';
import { MSR_EFER, MSR_VM_HSAVE_PA } from '../../src/engine/arch/msr';
import { RAX, RBX, RCX } from '../../src/engine/arch/registers';
import type { Lab } from '../../src/labs/lab';
import type { BareRun, GuestRun, Workbench } from '../../src/labs/workbench';
import type { Grade } from '../../src/protocol/lab';
import { grade } from '../../src/session/lab-runner/grade';
import { seededRandom } from '../../src/session/lab-runner/seeded-random';

/** A lab that does what a test says. */
function labOf(check: (bench: Workbench) => void, kind: Lab['kind'] = 'assembly'): Lab {
  const file = kind === 'typescript' ? 'handlers.ts' : 'answer.asm';
  return {
    id: '99-test',
    number: 99,
    title: 'Test',
    concept: '',
    task: '',
    kind,
    file,
    files: [file],
    claims: [
      { id: 'first', text: 'First', section: '15.5' },
      { id: 'second', text: 'Second', section: '15.6' },
    ],
    hints: ['', '', ''],
    starterFails: { claim: 'first', message: 'announced', actual: /^as announced$/ },
    mutants: {},
    check,
  };
}

async function bare(source: string, answer: string, options: object = {}): Promise<{ run: BareRun; grade: Grade }> {
  let run: BareRun | undefined;
  const lab = labOf((bench) => {
    run = bench.runBare({ source, limit: 100_000, ...options });
    for (const id of ['first', 'second']) bench.claim(id, { holds: true });
  });
  const result = await grade(lab, { 'answer.asm': answer }, 1);
  return { run: run!, grade: result };
}

async function problemsOf(source: string, answer: string, labels: string[] = []): Promise<Grade['problems']> {
  return (await bare(source, answer, { labels })).grade.problems;
}

async function guests(
  source: string,
  handlers: string,
  options: object = {},
): Promise<{ run: GuestRun; grade: Grade }> {
  let run: GuestRun | undefined;
  const lab = labOf((bench) => {
    run = bench.runGuests({ guests: [{ source }], limit: 1_000_000, ...options });
    for (const id of ['first', 'second']) bench.claim(id, { holds: true });
  }, 'typescript');
  const result = await grade(lab, { 'handlers.ts': handlers }, 1);
  return { run: run!, grade: result };
}

const LONG = 'bits 64\norg 0x100000\n_start:\n';
const END = '    xor eax, eax\n    out 0xf4, al\n';

describe('bare experiments', () => {
  it('end where the program says, and tell registers, memory and symbols', async () => {
    const source = `${LONG}    mov rbx, VALUE\n    mov [there], rbx\n    mov al, 7\n    out 0xf4, al\n%include "answer.asm"\n`;
    const { run } = await bare(source, 'there: dq 0\n', { defines: { VALUE: 0x8000_0000_1234_5678n } });
    assert.equal(run.ending.kind, 'debug-exit');
    assert.equal(run.ending.value, 7);
    assert.equal(run.gpr(RBX), 0x8000_0000_1234_5678n);
    const there = run.memory(Number(run.symbol('there')), 8);
    assert.equal(new DataView(there.buffer).getBigUint64(0, true), 0x8000_0000_1234_5678n);
    assert.throws(() => run.symbol('nowhere'), /no symbol nowhere/);
  });

  it('that never end are ended by the limit, after as many instructions whatever they do', async () => {
    for (const loop of ['.a: jmp .a', '.a: hlt\n jmp .a', '.a: cli\n nop\n jmp .a']) {
      const { run } = await bare(`${LONG}    sti\n    call answer\n%include "answer.asm"\n`, `answer:\n${loop}\n`);
      assert.ok(['limit', 'halted'].includes(run.ending.kind), run.ending.text);
      assert.ok(run.time <= 100_000);
    }
    // a #UD whose handler is a #UD retires nothing, and still ends
    const gate = `    mov rax, again\n    mov [idt + 96], ax\n    mov word [idt + 98], 8\n    mov word [idt + 100], 0x8e00\n    shr rax, 16\n    mov [idt + 102], ax\n`;
    const { run } = await bare(
      `${LONG}${gate}    lidt [idtr]\nagain: ud2\nidtr: dw 0xfff\n dq idt\nalign 16\nidt: times 512 db 0\n`,
      '',
    );
    assert.ok(run.exceptions.length > 100);
    assert.ok(['limit', 'shutdown'].includes(run.ending.kind), run.ending.text);
  });

  it('take down watched instructions of the host with their registers', async () => {
    const code = `${LONG}    mov eax, 5\n    call answer\n${END}%include "answer.asm"\n`;
    const answer = 'answer:\n    cpuid\n    mov ecx, 0xc0000080\n    o16 rdmsr\n    ret\n';
    const { run } = await bare(code, answer, { watch: ['cpuid', 'rdmsr', 'wrmsr'] });
    assert.deepEqual(
      run.watched.map(({ mnemonic, rip, gif }) => [mnemonic, run.line(rip), gif]),
      [
        ['cpuid', { file: 'answer.asm', line: 2 }, 1],
        ['rdmsr', { file: 'answer.asm', line: 4 }, 1],
      ],
    );
    assert.equal(run.watched[0]!.gpr(RAX), 5n);
    assert.equal(run.watched[1]!.gpr(RCX), 0xc000_0080n);
    assert.equal(run.line(0x10_0000n), undefined);
  });

  it('start with the MSRs, the processor and the features asked for', async () => {
    const code = `${LONG}    mov eax, 0x80000001\n    cpuid\n${END}`;
    const efer = 0x501n;
    const plain = await bare(code, '', { msrs: { [MSR_EFER]: efer, [MSR_VM_HSAVE_PA]: 0x5000n }, model: 'barcelona' });
    assert.equal(plain.run.msr(MSR_EFER), efer);
    assert.equal(plain.run.msr(MSR_VM_HSAVE_PA), 0x5000n);
    assert.equal(plain.run.gpr(RCX) & 4n, 4n);
    const without = await bare(code, '', { withoutSvm: true });
    assert.equal(without.run.gpr(RCX) & 4n, 0n);
  });

  it('see guests of emulated hypervisors: VMCB at #VMEXIT and at the next VMRUN, broken rules', async () => {
    const code = `${LONG}    mov eax, vmcb\n    vmrun\n    mov dword [vmcb + 0x58], 9\n    mov rbx, 77\n    vmrun\n${END}align 4096\nvmcb: times 4096 db 0\n`;
    const { run, grade: result } = await bare(code, '', {
      msrs: { [MSR_EFER]: 0x1500n, [MSR_VM_HSAVE_PA]: 0x20_0000n },
    });
    assert.deepEqual(
      run.exits.map(({ name, before, after, number }, n) => [
        name,
        number,
        before.call(run.exits[n], 'guestAsid'),
        after.call(run.exits[n], 'guestAsid'),
      ]),
      [
        ['VMEXIT_INVALID', 1, 0n, 9n],
        ['VMEXIT_INVALID', 2, 9n, 9n],
      ],
    );
    assert.equal(run.exits[0]!.gprAfter(RBX), 77n);
    assert.ok(run.exits[0]!.refused.some(({ field }) => field === 'guestAsid'));
    assert.equal(run.count('VMEXIT_INVALID'), 2);
    assert.deepEqual(result.exits, { VMEXIT_INVALID: 2 });
  });

  it('name the exceptions of the host and the instruction', async () => {
    const gates = `${LONG}    mov rax, fault\n    mov [idt + 13 * 16], ax\n    mov dword [idt + 13 * 16 + 2], 0x8e000008 & 0xffff\n    mov word [idt + 13 * 16 + 4], 0x8e00\n    shr rax, 16\n    mov [idt + 13 * 16 + 6], ax\n    lidt [idtr]\n    call answer\nfault:\n${END}align 8\nidtr: dw 0xfff\n dq idt\nalign 16\nidt: times 512 db 0\n%include "answer.asm"\n`;
    const { run } = await bare(gates, 'answer:\n    mov ecx, 1\n    mov rax, 0x8000000000000000\n    mov [rax], al\n');
    const [exception] = run.exceptions;
    assert.equal(exception?.vector, 13);
    assert.equal(exception?.errorCode, 0);
    assert.deepEqual(run.line(exception!.rip), { file: 'answer.asm', line: 4 });
  });
});

describe('submissions that do not assemble', () => {
  const source = `${LONG}    call answer\n${END}%include "answer.asm"\n`;

  it('become problems at their line', async () => {
    const problems = await problemsOf(source, 'answer:\n    mov eax, [rdi\n    ret\n');
    assert.deepEqual([problems[0]?.file, problems[0]?.line], ['answer.asm', 2]);
  });
  it('say which label is missing, without the lines of the checker', async () => {
    const problems = await problemsOf(source, '    ret\n', ['answer']);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, /'answer' is missing/);
    assert.equal(problems[0]!.file, 'answer.asm');
  });
  it('blame what reaches beyond the end of the file', async () => {
    const problems = await problemsOf(`${source}%if 0\n%endif\n`, 'answer: ret\n%if 0\n', ['answer']);
    assert.ok(problems.length > 0);
    for (const { file } of problems) assert.equal(file, 'answer.asm');
  });
  it('and files that are not there are said so', async () => {
    const result = await grade(
      labOf(() => assert.fail('it must not be checked')),
      {},
      1,
    );
    assert.match(result.problems[0]!.message, /no file answer\.asm/);
    assert.equal(result.passed, false);
    assert.ok(result.claims.every(({ status }) => status === 'not-reached'));
  });
});

describe('guest experiments', () => {
  const asks = `${LONG}    mov eax, 0x40000000\n    cpuid\n    mov [0x200], ebx\n    hlt\n`;

  it('run the handlers of the submission, and tell each exit before and after', async () => {
    const handlers =
      "import { advance } from 'pacifica';\nimport type { Vcpu } from 'pacifica';\nexport const exits = {\n  VMEXIT_CPUID(vcpu: Vcpu) {\n    vcpu.rbx = 0x1234n;\n    return advance();\n  },\n};\n";
    const { run, grade: result } = await guests(asks, handlers);
    assert.deepEqual(result.problems, []);
    assert.equal(result.passed, true);
    const exit = run.exits.find(({ name }) => name === 'VMEXIT_CPUID')!;
    assert.equal(exit.before('rip') + 2n, exit.after('rip'));
    assert.equal(exit.gprBefore(RAX), 0x4000_0000n);
    assert.equal(exit.gprAfter(RBX), 0x1234n);
    assert.deepEqual([exit.outcome, exit.outcomeValue], ['advance', 2]);
    assert.deepEqual([...run.guests[0]!.memory(0x200, 4)], [0x34, 0x12, 0, 0]);
    assert.equal(run.ending.kind, 'halted');
    assert.equal(run.guests[0]!.stopped?.kind, 'halted');
    assert.ok(run.guests[0]!.exitCost >= 2000);
    assert.ok(run.guests[0]!.instructions >= 4 && run.guests[0]!.instructions < 20);
  });

  it('walk as the processor would, and mark nothing', async () => {
    const { run } = await guests(`${LONG}    mov al, [0x5000]\n    hlt\n`, 'export const exits = {};\n');
    const [guest] = run.guests;
    const walk = guest!.walk(0x5000n, 'read');
    assert.equal(walk.result.kind, 'mapped');
    assert.ok(walk.result.kind === 'mapped' && walk.result.spa === guest!.spaOf(0x5000));
    // 2 MB pages of the guest under 4 KB pages of the host: three guest entries of five references each, and the final four
    assert.equal(walk.references.length, 19);
    assert.equal(guest!.walk(0x7000n, 'read').result.kind, 'nested-fault');
    assert.equal(guest!.walk(0x7000n, 'read').result.kind, 'nested-fault');
  });

  it('end when the checker has seen enough, before the next VMRUN', async () => {
    const { run } = await guests(`${LONG}.a: cpuid\n    jmp .a\n`, 'export const exits = {};\n', {
      afterExit: ({ name }: { name: string }) => name !== 'VMEXIT_CPUID',
    });
    assert.equal(run.ending.kind, 'ended-by-checker');
    assert.equal(run.count('VMEXIT_CPUID'), 1);
  });

  it('that never end are ended by the limit', async () => {
    for (const loop of ['.a: jmp .a', '.a: cpuid\n    jmp .a']) {
      const { run } = await guests(`${LONG}${loop}\n`, 'export const exits = {};\n');
      assert.equal(run.ending.kind, 'limit', loop);
      assert.ok(run.time >= 1_000_000 && run.time < 1_010_000);
    }
  });

  it('turn what handlers throw into a problem at its line, once', async () => {
    const handlers = 'export const exits = {\n  VMEXIT_CPUID() {\n    throw new Error("no idea");\n  },\n};\n';
    let second: GuestRun | undefined;
    const lab = labOf((bench) => {
      bench.runGuests({ guests: [{ source: asks }], limit: 1_000_000 });
      second = bench.runGuests({ guests: [{ source: asks }], limit: 1_000_000 });
    }, 'typescript');
    const result = await grade(lab, { 'handlers.ts': handlers }, 1);
    assert.equal(second!.ending.kind, 'handler-error');
    assert.equal(result.problems.length, 1);
    assert.deepEqual([result.problems[0]!.file, result.problems[0]!.line], ['handlers.ts', 3]);
    assert.match(result.problems[0]!.message, /no idea/);
    assert.equal(result.passed, false);
  });

  it('turn what does not compile into a problem, and end the check', async () => {
    const lab = labOf((bench) => {
      bench.runGuests({ guests: [{ source: asks }], limit: 1_000_000 });
      assert.fail('the check must have ended');
    }, 'typescript');
    const result = await grade(lab, { 'handlers.ts': 'export const exits = {\n  VMEXIT_CPUID( {\n};\n' }, 1);
    assert.equal(result.problems[0]?.file, 'handlers.ts');
    assert.ok(result.problems[0].line >= 2);
  });

  it('end with a handler that does not come back, and the next check is as if nothing had been', async () => {
    const endless = 'export const exits = {\n  VMEXIT_CPUID() {\n    for (;;) {}\n  },\n};\n';
    const bad = await guests(asks, endless);
    assert.equal(bad.run.ending.kind, 'handler-error');
    assert.match(bad.grade.problems[0]!.message, /loop without an end/);
    const good = await guests(asks, 'export const exits = {};\n');
    assert.equal(good.grade.passed, true);
  });
});

describe('grades', () => {
  const settle =
    (...findings: readonly (readonly [string, object])[]) =>
    (bench: Workbench) => {
      for (const [id, finding] of findings) bench.claim(id, finding as never);
    };
  const statuses = (result: Grade) => result.claims.map(({ status }) => status);
  const submitted = { 'answer.asm': '' };

  it('pass when every claim holds', async () => {
    const result = await grade(labOf(settle(['first', { holds: true }], ['second', { holds: true }])), submitted, 1);
    assert.equal(result.passed, true);
  });
  it('are as announced only if the announced claim fails in the announced way', async () => {
    const failing = (actual: string) => labOf(settle(['first', { holds: false, actual, message: 'mine' }]));
    const announced = await grade(failing('as announced'), submitted, 1);
    assert.deepEqual(statuses(announced), ['expected-failure', 'not-reached']);
    assert.equal(announced.claims[0]!.message, 'announced');
    const other = await grade(failing('otherwise'), submitted, 1);
    assert.deepEqual(statuses(other), ['fail', 'not-reached']);
    assert.equal(other.claims[0]!.message, 'mine');
  });
  it('keep the first finding that does not hold', async () => {
    const lab = labOf(
      settle(
        ['first', { holds: true }],
        ['second', { holds: true }],
        ['second', { holds: false, actual: 'a' }],
        ['second', { holds: false, actual: 'b' }],
      ),
    );
    const result = await grade(lab, submitted, 1);
    assert.deepEqual(statuses(result), ['pass', 'fail']);
    assert.equal(result.claims[1]!.actual, 'a');
  });
  it('throw when a checker forgets a claim or makes one up', async () => {
    await assert.rejects(
      grade(labOf(settle(['first', { holds: true }])), submitted, 1),
      /said nothing about the claim second/,
    );
    await assert.rejects(grade(labOf(settle(['third', { holds: true }])), submitted, 1), /no claim third/);
  });
  it('carry evidence as the wire writes it', async () => {
    const page = { kind: 'page', root: 'shadow', address: 0xffff_8000_0000_0000n };
    const field = { kind: 'field', field: 'efer' };
    const lab = labOf(settle(['first', { holds: true, evidence: page }], ['second', { holds: true, evidence: field }]));
    const { claims } = await grade(lab, submitted, 1);
    assert.deepEqual(claims[0]!.evidence, { kind: 'page', root: 'shadow', address: '0xffff800000000000' });
    assert.deepEqual(claims[1]!.evidence, { kind: 'field', field: 'efer', guest: 0 });
  });
});

describe('seeds', () => {
  it('decide everything: the same seed, the same numbers', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return [random.bits64(), random.below(1000), random.pick(['a', 'b', 'c']), ...random.shuffled([1, 2, 3, 4, 5])];
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    assert.notDeepEqual(draw(0), draw(1));
    assert.throws(() => seededRandom(1).below(0), RangeError);
    assert.throws(() => seededRandom(1).pick([]), RangeError);
  });
  it('shuffle all and lose none', () => {
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    for (let n = 0; n < 600; n++) {
      const order = random.shuffled([1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    for (const count of counts.values()) assert.ok(count > 50 && count < 160);
  });
});
