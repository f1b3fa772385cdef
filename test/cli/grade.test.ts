/** `pacifica grade` and `pacifica labs` as they ship: three outputs, and statuses. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Grade } from '../../src/protocol/lab';
import { escaped, junit } from '../../src/cli/junit';
import { LABS, labNamed } from '../../labs/catalog';
import { pacifica } from './run';

const LAB = 'labs/01-enable-svm';
const SOLUTION = `${LAB}/solution/enable.asm`;
const STARTER = `${LAB}/starter`;
const MUTANT = `${LAB}/mutants/lock-ignored/enable.asm`;

function gradeOf(words: readonly string[]): Grade {
  return JSON.parse(pacifica(['grade', ...words, '--json']).stdout) as Grade;
}

describe('pacifica grade', () => {
  it('passes a solution: status 0, by number and by folder', () => {
    for (const name of ['1', '01', '01-enable-svm']) {
      const { status, stdout, stderr } = pacifica(['grade', name, SOLUTION]);
      assert.equal(status, 0, stderr);
      assert.match(Buffer.from(stdout, 'latin1').toString(), /9 of 9 claims hold\. The lab is passed\./);
    }
  });

  it('fails a starter as announced: status 1, with place and expectation', () => {
    const { status, stdout } = pacifica(['grade', '1', STARTER]);
    assert.equal(status, 1);
    const text = Buffer.from(stdout, 'latin1').toString();
    assert.match(text, /◎ On a processor without SVM/);
    assert.match(text, /expected: both routines return/);
    assert.match(text, /see enable\.asm:\d+/);
    assert.match(text, /\(not reached\)/);
  });

  it('reads a folder, with files of the learner’s own that are included', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-grade-'));
    try {
      cpSync(STARTER, folder, { recursive: true });
      writeFileSync(path.join(folder, 'mine.inc'), readFileSync(SOLUTION, 'utf8'));
      writeFileSync(path.join(folder, 'enable.asm'), '%include "mine.inc"\n');
      assert.equal(pacifica(['grade', '1', folder]).status, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('--json: the same claims and texts, the seed, the account', () => {
    const grade = gradeOf(['1', MUTANT, '--seed', '9']);
    assert.equal(grade.seed, 9);
    assert.equal(grade.lab, '01-enable-svm');
    assert.equal(grade.passed, false);
    const claims = labNamed('1')!.claims;
    assert.deepEqual(
      grade.claims.map(({ id, text, section }) => ({ id, text, section })),
      claims.map(({ id, text, section }) => ({ id, text, section })),
    );
    assert.equal(grade.claims.find(({ status }) => status !== 'pass')?.id, 'locked');
    assert.ok(grade.virtualTime > 0);
    assert.deepEqual(gradeOf(['1', MUTANT, '--seed', '9']), grade);
    assert.equal(Object.values(gradeOf(['2', 'labs/02-world-switch/solution/switch.asm']).exits)[0], 1004);
  });

  it('tells what does not assemble at its line', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-grade-'));
    const file = path.join(folder, 'homework.asm');
    try {
      writeFileSync(file, 'svm_probe:\n    mov eax, [rdi\nsvm_enable:\n    ret\n');
      const { status, stdout } = pacifica(['grade', '1', file]);
      assert.equal(status, 1);
      assert.match(stdout, /^enable\.asm:2:\d+: error: /m);
      assert.deepEqual(
        gradeOf(['1', file]).problems.map(({ file: name, line }) => [name, line]),
        [['enable.asm', 2]],
      );
      assert.match(pacifica(['grade', '1', file, '--junit']).stdout, /errors="1"[\s\S]*<error message=/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('meets wrong words with a sentence and status 2', () => {
    const wrong = [
      [['grade'], /grade wants a lab/],
      [['grade', '3'], /there is no lab '3'; there are 0 \(00-tour\), 1/],
      [['grade', '1', 'nowhere.asm'], /'nowhere\.asm' cannot be read/],
      [['grade', '1', '.'], /judges enable\.asm: there is none in the current folder/],
      [['grade', '1', SOLUTION, '--seed', 'x'], /--seed wants a whole number/],
      [['grade', '1', SOLUTION, '--json', '--junit'], /exclude each other/],
      [['grade', '1', SOLUTION, '--loud'], /--loud/],
      [['labs', 'nine'], /there is no lab 'nine'/],
      [['labs', '--seeds', '0'], /--seeds wants a whole number from 1/],
    ] as const;
    for (const [words, message] of wrong) {
      const { status, stderr } = pacifica(words);
      assert.equal(status, 2, words.join(' '));
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });
});

describe('JUnit', () => {
  /** A reader of its own: elements must close in order, and no raw character may stand where XML forbids it. */
  function elements(xml: string): string[] {
    assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/);
    const seen: string[] = [];
    const open: string[] = [];
    const body = xml.slice(xml.indexOf('\n') + 1);
    const tag = /<(\/?)([a-z]+)((?: [\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
    let at = 0;
    for (let match = tag.exec(body); match; match = tag.exec(body)) {
      at = tag.lastIndex;
      const [, close, name, attributes = '', empty, text] = match;
      assert.doesNotMatch(text ?? attributes, /&(?!(amp|lt|gt|quot|apos|#\d+);)/);
      if (name === undefined) continue;
      if (close) assert.equal(open.pop(), name);
      else {
        seen.push(name);
        if (!empty) open.push(name);
      }
    }
    assert.equal(at, body.length, `no XML from here on: ${body.slice(at, at + 60)}`);
    assert.deepEqual(open, []);
    return seen;
  }

  it('is well-formed for every lab, one test case a claim', () => {
    for (const lab of LABS) {
      const grade: Grade = {
        lab: lab.id,
        seed: 1,
        passed: false,
        claims: lab.claims.map((claim, n) => ({
          ...claim,
          status: n === 0 ? 'pass' : n === 1 ? 'fail' : 'not-reached',
          message: 'a < b && "c" > \'d\' ]]> \u0000\u0007\ufffe\ud800 ∘',
          actual: '<script>\n& more',
        })),
        problems: [{ file: 'a<b>.asm', line: 1, column: 2, message: 'x & "y"\n<z>' }],
        virtualTime: 5,
        exits: { VMEXIT_HLT: 2 },
      };
      const names = elements(junit(lab, grade));
      assert.equal(names.filter((name) => name === 'testcase').length, lab.claims.length + 1);
      assert.equal(names.filter((name) => name === 'failure').length, 1);
      assert.equal(names.filter((name) => name === 'skipped').length, lab.claims.length - 2);
    }
  });

  it('escapes what XML cannot hold', () => {
    assert.equal(escaped('a<b>&"\''), 'a&lt;b&gt;&amp;&quot;&apos;');
    assert.equal(escaped('\u0000\ud800x\u{1f600}'), '\ufffd\ufffdx\u{1f600}');
  });

  it('comes from the command line, with its counts', () => {
    const { status, stdout } = pacifica(['grade', '1', MUTANT, '--junit']);
    assert.equal(status, 1);
    const xml = Buffer.from(stdout, 'latin1').toString();
    elements(xml);
    assert.match(xml, /<testsuites tests="9" failures="1" errors="0" skipped="5">/);
    assert.match(xml, /<property name="seed" value="1"\/>/);
    const passed = pacifica(['grade', '1', SOLUTION, '--junit']);
    assert.equal(passed.status, 0);
    assert.match(passed.stdout, /failures="0" errors="0" skipped="0"/);
  });
});

describe('pacifica labs', () => {
  it('prints a row for each answer, and status 0 when all is as it must be', () => {
    const { status, stdout } = pacifica(['labs', '0', '--seeds', '2']);
    const text = Buffer.from(stdout, 'latin1').toString();
    assert.equal(status, 0, text);
    for (const row of ['solution', 'starter', 'mutant out-of-order', 'mutant wrong-exit', 'mutant panel-missing']) {
      assert.match(text, new RegExp(`✓ ${row} `));
    }
    assert.match(text, /1 labs, 2 seeds: all as it must be/);
  });
});
