/** A grade as JUnit XML, as continuous integration reads it: one test case a claim. */
import type { Lab } from '../labs/lab';
import type { ClaimVerdict, Grade } from '../protocol/lab';
import { place } from './grade-text';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML 1.0 may hold it: escaped, and without the characters it forbids. */
export function escaped(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const allowed =
      (code >= 0x20 && code < 0xd800) ||
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0xe000 && code !== 0xfffe && code !== 0xffff);
    out += allowed ? (ENTITIES[character] ?? character) : '\ufffd';
  }
  return out;
}

function attribute(text: string): string {
  return escaped(text).replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

export function junit(lab: Lab, grade: Grade): string {
  const { claims, problems } = grade;
  const failures = claims.filter(({ status }) => status === 'fail' || status === 'expected-failure').length;
  const skipped = claims.filter(({ status }) => status === 'not-reached').length;
  const errors = problems.length > 0 ? 1 : 0;
  const counts = `tests="${claims.length + errors}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  const name = attribute(`Lab ${lab.number}: ${lab.title}`);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${name}" ${counts}>`,
    '    <properties>',
    property('seed', grade.seed),
    property('virtualTime', grade.virtualTime),
    ...Object.entries(grade.exits).map(([exit, count]) => property(exit, count)),
    '    </properties>',
  ];
  if (errors > 0) {
    const text = problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n');
    const message = attribute(problems[0]!.message);
    lines.push(
      `    <testcase classname="${attribute(lab.id)}" name="The files can be run">`,
      `      <error message="${message}">${escaped(text)}</error>`,
      '    </testcase>',
    );
  }
  for (const claim of claims) lines.push(...testCase(lab, claim));
  lines.push('  </testsuite>', '</testsuites>');
  return `${lines.join('\n')}\n`;
}

function property(name: string, value: number): string {
  return `      <property name="${attribute(name)}" value="${value}"/>`;
}

function testCase(
  lab: Lab,
  { id, text, section, status, message, expected, actual, evidence }: ClaimVerdict,
): string[] {
  const open = `    <testcase classname="${attribute(lab.id)}" name="${attribute(`${id}: ${text}`)}"`;
  if (status === 'pass') return [`${open}/>`];
  if (status === 'not-reached') return [`${open}>`, '      <skipped message="not reached"/>', '    </testcase>'];
  const details = [
    message,
    expected !== undefined ? `expected: ${expected}` : undefined,
    actual !== undefined ? `actual: ${actual}` : undefined,
    `section ${section} of the manual`,
    evidence && `see ${place(evidence)}`,
  ].filter((line) => line !== undefined);
  return [
    `${open}>`,
    `      <failure message="${attribute(message ?? text)}" type="${status}">${escaped(details.join('\n'))}</failure>`,
    '    </testcase>',
  ];
}
