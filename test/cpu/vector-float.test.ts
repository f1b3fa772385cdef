/** How exceptions of SSE's floating point arrive; QEMU knows none of them, so that what is expected stands here. */
import assert from 'node:assert/strict';
import { answers, image, runOurs } from './program';
import { testCase } from './rom-case';

const OSFXSR = 0x220;
const OSXMMEXCPT = 0x400;

const start = (cr4: number, mxcsr: number): string => `
  mov eax, ${cr4}
  mov cr4, rax
  mov dword [SPOT], ${mxcsr}
  ldmxcsr [SPOT]
  mov eax, 1
  cvtsi2sd xmm0, eax
  xor eax, eax
  cvtsi2sd xmm1, eax
`;
const DIVIDE = 'divsd xmm0, xmm1\n';
/** MXCSR and the destination, as the case before left them. */
const TELL = 'stmxcsr [SPOT]\nmov eax, [SPOT]\ncall hex8\ncvttsd2si eax, xmm0\ncall hex8';

function run(...code: readonly string[]): string[] {
  const cases = code.map((body, n) => testCase(`case ${n}`, '', body));
  return answers(runOurs(image('long', cases)), cases.length);
}

describe('cpu: floating-point exceptions of SSE', () => {
  it('an unmasked one is #XF; its flag is set, the destination is not', () => {
    const [first, second] = run(start(OSFXSR | OSXMMEXCPT, 0x1d80) + DIVIDE, TELL);
    assert.match(first!, /^!13 ffffffff /);
    assert.match(second!, /^00001d84 ?00000001$/);
  });

  it('without CR4.OSXMMEXCPT it is #UD', () => {
    const [first, second] = run(start(OSFXSR, 0x1d80) + DIVIDE, TELL);
    assert.match(first!, /^!06 ffffffff /);
    assert.match(second!, /^00001d84 ?00000001$/);
  });

  it('a masked one is a flag and a result', () => {
    const [text] = run(`${start(OSFXSR, 0x1f80)}${DIVIDE}${TELL}`);
    // Of an infinity there is no integer: that is the indefinite one.
    assert.match(text!, /^00001f84 ?80000000$/);
  });

  it('one unmasked after its flag was set is not taken before the next', () => {
    const unmask = 'mov dword [SPOT], 0x1d84\nldmxcsr [SPOT]\n';
    const [text] = run(`${start(OSFXSR | OSXMMEXCPT, 0x1f80)}${DIVIDE}${unmask}comisd xmm1, xmm1\nput 'g'`);
    assert.equal(text, 'g');
  });

  it('bits of MXCSR that are reserved are #GP(0)', () => {
    const [first] = run(`${start(OSFXSR, 0x1f80)}mov dword [SPOT], 0x11f80\nldmxcsr [SPOT]`);
    assert.match(first!, /^!0d 00000000 /);
  });

  it('MXCSR.MM lets operands lie anywhere, but not those of aligned moves', () => {
    const load = 'addps xmm0, [SPOT+8]\n';
    const [first] = run(`${start(OSFXSR, 0x1f80)}${load}`);
    assert.match(first!, /^!0d 00000000 /);
    const [allowed, move] = run(
      `${start(OSFXSR, 0x21f80)}${load}put 'g'`,
      `${start(OSFXSR, 0x21f80)}movaps xmm0, [SPOT+8]`,
    );
    assert.equal(allowed, 'g');
    assert.match(move!, /^!0d 00000000 /);
  });

  it('without CR4.OSFXSR it is #UD, with CR0.TS #NM', () => {
    const [first, second] = run(DIVIDE, `${start(OSFXSR, 0x1f80)}mov rax, cr0\nor eax, 8\nmov cr0, rax\n${DIVIDE}`);
    assert.match(first!, /^!06 ffffffff /);
    assert.match(second!, /^!07 ffffffff /);
  });
});
