/** A grade for people. */
import type { Lab } from '../labs/lab';
import type { ClaimStatus, ClaimVerdict, EvidencePlace, Grade } from '../protocol/lab';

const SIGNS = {
  pass: '✓ ',
  fail: '✗ ',
  'expected-failure': '◎ ',
  'not-reached': '· ',
} as const satisfies Record<ClaimStatus, string>;

const WORDS = {
  pass: '',
  fail: '',
  'expected-failure': '   (fails, as it should at this step)',
  'not-reached': '   (not reached)',
} as const satisfies Record<ClaimStatus, string>;

export function gradeText(lab: Lab, grade: Grade): string {
  const lines = [`Lab ${lab.number} · ${lab.title} · seed ${grade.seed}`, ''];
  for (const claim of grade.claims) lines.push(...claimLines(claim));
  if (grade.problems.length > 0) lines.push('');
  for (const { file, line, column, message } of grade.problems) {
    lines.push(`${file}:${line}:${column}: error: ${message}`);
  }
  const held = grade.claims.filter(({ status }) => status === 'pass').length;
  lines.push('', `${held} of ${grade.claims.length} claims hold.${grade.passed ? ' The lab is passed.' : ''}`);
  lines.push(cost(grade));
  return `${lines.join('\n')}\n`;
}

function claimLines({ status, text, section, expected, actual, message, evidence }: ClaimVerdict): string[] {
  const lines = [`  ${SIGNS[status]}${text}  §${section}${WORDS[status]}`];
  if (status === 'pass' || status === 'not-reached') return lines;
  if (message !== undefined) lines.push(`      ${message}`);
  if (expected !== undefined) lines.push(`      expected: ${expected}`);
  if (actual !== undefined) lines.push(`      actual:   ${actual}`);
  if (evidence) lines.push(`      see ${place(evidence)}`);
  return lines;
}

export function place(evidence: EvidencePlace): string {
  switch (evidence.kind) {
    case 'exit':
      return `#VMEXIT ${evidence.number}`;
    case 'field':
      return `${evidence.field} in the VMCB of guest ${evidence.guest}`;
    case 'page':
      return `${evidence.address} in the ${evidence.root} page tables`;
    case 'line':
      return `${evidence.file}:${evidence.line}`;
  }
}

function cost({ virtualTime, exits }: Grade): string {
  const kinds = Object.entries(exits).sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const list = kinds.map(([name, count]) => `${name} ${count}`).join(', ');
  const time = `${virtualTime.toLocaleString('en-US')} ns of virtual time`;
  return total === 0 ? `${time}, no #VMEXIT` : `${time}, ${total} #VMEXITs: ${list}`;
}
