import assert from 'node:assert/strict';
import type { SessionState } from '../../src/protocol/state';
import { pagePolicy, pageText } from '../../src/vscode/page-text';
import { serialText } from '../../src/vscode/serial-text';
import { statusText } from '../../src/vscode/status-text';

const STATE: SessionState = {
  running: false,
  ended: false,
  time: 12_400_000,
  guests: [{ id: 0, letter: 'A', name: 'guest A' }],
  shares: [],
  guest: 0,
  inGuest: true,
  mode: 'long mode',
  exits: 3,
  reason: 'breakpoint',
};

describe('what the editor shows of a lab', () => {
  it('in the status bar: who, in which mode, how far', () => {
    assert.equal(statusText(STATE), '$(circle-outline) guest A · long mode · 12.4 M instr');
    assert.equal(
      statusText({ ...STATE, running: true, inGuest: false }),
      '$(circle-filled) hypervisor of guest A · long mode · 12.4 M instr',
    );
    assert.match(statusText({ ...STATE, time: 3412 }), /· 3,412 instr$/);
    const before = { ...STATE, guest: null, inGuest: false, guests: [], mode: 'real mode', time: 0 } as const;
    assert.equal(statusText(before), '$(circle-outline) host · real mode · 0 instr');
  });

  it('in the terminal: a line feed alone is a new line', () => {
    assert.equal(serialText('a\nb\r\nc\rd'), 'a\r\nb\r\nc\rd');
  });

  it('in a panel: nothing but its own files', () => {
    const policy = pagePolicy({ source: 'https://files', nonce: 'abc' });
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(policy, /unsafe|\*|data:|blob:/);
    const page = pageText({ title: 'VMCB', script: 's', style: 'c', source: 'https://files', nonce: 'abc' });
    assert.doesNotMatch(page, /<style|style="|onclick|<script>/);
    assert.match(page, /<script nonce="abc" src="s">/);
  });
});
