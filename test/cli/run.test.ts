/** `pacifica run`: what it prints, how it ends, what it refuses. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pacifica, runSource, summaryOf } from './run';

const REAL = 'bits 16\norg 0x7c00\n';
const LONG = 'bits 64\norg 0x100000\n';

describe('pacifica run', () => {
  it('runs a guest under the built-in hypervisor: serial on standard output, a line of JSON at the end', () => {
    const ran = pacifica(['run', 'samples/first-light/hello.asm', '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    assert.ok(ran.stdout.startsWith('Hello from guest mode!\r\n{'));
    const summary = summaryOf(ran);
    assert.equal(summary.outcome, 'halted');
    assert.equal(summary.console, 'Hello from guest mode!\r\n');
    assert.equal(summary.debugcon, '');
    assert.equal(summary.exits['0x7b'], 48);
    assert.equal(summary.exits['0x72'], 1);
    assert.equal(summary.exits['0x78'], 1);
    assert.ok(summary.virtualTime > summary.instructions, 'a #VMEXIT takes time');
  });

  it('gives the same counts and times at every run', () => {
    const once = pacifica(['run', 'samples/first-light/exits.asm', '--json']);
    const again = pacifica(['run', 'samples/first-light/exits.asm', '--json']);
    assert.equal(once.status, 0, once.stderr);
    assert.deepEqual(summaryOf(once), summaryOf(again));
  });

  it('--screen prints the text screen as it stands at the end', () => {
    const screen = ['run', 'samples/first-light/screen.asm', '--screen'];
    const { stdout: bytes, status } = pacifica(screen);
    const stdout = Buffer.from(bytes, 'latin1').toString('utf8');
    assert.equal(status, 0, 'nobody can press a key: it sleeps for good');
    const lines = stdout.split('\n');
    assert.match(lines[0]!, /^ {2}Text screen at B8000h +Scan code:$/);
    assert.equal(lines[5], `  ${'█'.repeat(64)}`);
    assert.equal(lines.length, 9, 'no blanks below');
    assert.equal(pacifica(screen.slice(0, 2)).stdout, '');
    const two = pacifica([...screen, 'samples/first-light/screen.asm']).stdout;
    assert.match(two, /^guest A:\n {2}Text screen[^]*guest B:\n {2}Text screen/);
  });

  it('--exits prints every #VMEXIT, and what became of it', () => {
    const { stdout, stderr } = pacifica(['run', 'samples/first-light/exits.asm', '--exits']);
    for (const name of ['CPUID', 'MSR', 'IOIO', 'NPF', 'VMMCALL', 'INVD', 'HLT'])
      assert.match(stdout, new RegExp(` ${name}\\b`));
    assert.match(stdout, /RDMSR C001_1ABCh +msr: inject 13/);
    assert.match(stdout, /out port 3F8h +COM1: advance 1/);
    assert.match(stdout, /^\d+ #VMEXITs$/m);
    assert.match(stderr, /nobody answered RDMSR C0011ABCh/);
  });

  it('passes standard input to COM1', () => {
    const ran = pacifica(['run', 'samples/first-light/echo.asm', '--json'], 'first light\r.');
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(summaryOf(ran).console, /FIRST LIGHT\r\n\r\nGoodbye\.\r\n$/);
  });

  it('--console virtio takes the input from COM1, not the output', () => {
    const words = ['run', 'samples/first-light/echo.asm', '--json', '--console'];
    const ran = pacifica([...words, 'virtio'], 'first light\r.');
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(summaryOf(ran).console, /a dot ends it/);
    assert.doesNotMatch(summaryOf(ran).console, /FIRST LIGHT|Goodbye/);
    assert.match(summaryOf(pacifica([...words, 'serial'], 'first light\r.')).console, /Goodbye/);
    const wrong = pacifica([...words, 'parallel']);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--console .*serial.*virtio.*parallel/);
  });

  it('ends a guest that waits for input when there is none to come', () => {
    const ran = pacifica(['run', 'samples/first-light/echo.asm', '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(summaryOf(ran).outcome, 'halted');
  });

  for (const mode of ['--guest', '--bare']) {
    it(`--append gives the program a command line, its address in RAX (${mode})`, () => {
      const source = `bits 64
org 0x100000
        mov rsi, rax
.next:  lodsb
        test al, al
        jz .done
        out 0xe9, al
        jmp .next
.done:  cli
        hlt`;
      const ran = runSource(source, ['--json', mode, '--append', 'root=here quiet']);
      assert.equal(summaryOf(ran).debugcon, 'root=here quiet');
      assert.equal(ran.status, 0);
    });
  }

  it('keeps port E9h apart from the serial line', () => {
    const ran = runSource(`${LONG}mov al, 'd'\nout 0xe9, al\nmov dx, 0x3f8\nmov al, 's'\nout dx, al\ncli\nhlt\n`, [
      '--json',
    ]);
    assert.equal(summaryOf(ran).console, 's');
    assert.equal(summaryOf(ran).debugcon, 'd');
    assert.ok(ran.stdout.startsWith('s\n{'), 'JSON begins a line of its own');
  });

  for (const mode of ['--guest', '--bare']) {
    it(`the debug exit gives the status (${mode})`, () => {
      const ran = runSource(`${LONG}mov al, 21\nout 0xf4, al\nhlt\n`, [mode, '--json']);
      assert.equal(ran.status, (21 << 1) | 1);
      assert.equal(summaryOf(ran).outcome, 'debug-exit');
    });

    it(`a triple fault has a status and a message (${mode})`, () => {
      const ran = runSource(`${LONG}ud2\n`, [mode, '--json']);
      assert.equal(ran.status, 4);
      assert.equal(summaryOf(ran).outcome, 'triple-fault');
      assert.match(ran.stderr, /pacifica: .*(triple fault|SHUTDOWN)/i);
    });

    it(`--max-instructions ends an endless guest (${mode})`, () => {
      const ran = runSource(`${REAL}jmp $\n`, [mode, '--max-instructions', '12345', '--json']);
      assert.equal(ran.status, 8);
      assert.equal(summaryOf(ran).outcome, 'limit');
      assert.equal(summaryOf(ran).instructions, 12345);
      assert.match(ran.stderr, /limit/);
    });
  }

  it('runs firmware on the bare machine: .asm as a ROM', () => {
    const rom =
      "bits 16\norg 0xf0000\nstart: mov al, 'R'\nout 0xe9, al\nhlt\ntimes 0xfff0 - ($ - $$) db 0xff\njmp 0xf000:0\ntimes 0x10000 - ($ - $$) db 0xff\n";
    const ran = runSource(rom, ['--boot', 'rom', '--bare', '--json']);
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(summaryOf(ran).debugcon, 'R');
  });

  it('assembly errors: one line each, with the place; status 2', () => {
    const ran = runSource('bits 64\nmov rax, ebx\nnonsense rax\n');
    assert.equal(ran.status, 2);
    const lines = ran.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /guest\.asm:2:\d+: error: /);
    assert.match(lines[1]!, /guest\.asm:3:\d+: error: /);
  });

  describe('several guests', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-guests-'));
    const file = (name: string, body: string): string => {
      const at = path.join(folder, name);
      writeFileSync(at, `${LONG}${body}`);
      return at;
    };
    after(() => rmSync(folder, { recursive: true }));
    const busy = (letter: string): string => `mov ecx, 20000000
.spin: dec ecx
jnz .spin
mov dx, 0x3f8
mov al, '${letter}'
out dx, al
cli
hlt
`;

    it('share the processor by their weights, and each has its own end', () => {
      const words = [file('a.asm', busy('A')), file('b.asm', 'mov al, 3\nout 0xf4, al\n'), '--memory', '2'];
      const ran = pacifica(['run', ...words, '--json', '--exits']);
      assert.equal(ran.status, 7, 'the first status that is not 0');
      assert.match(ran.stderr, /^guest B has ended: debug exit with value 3 \(status 7\)$/m);
      assert.match(ran.stdout, /^guest A: weight 1, \d+ ns of processor time, \d+\.\d %; halted/m);
      const { outcome, console: said, guests } = summaryOf(ran);
      assert.equal(outcome, 'guests-ended');
      assert.equal(said, 'A');
      assert.deepEqual(
        guests.map(({ name, outcome: own, status }) => [name, own, status]),
        [
          ['guest A', 'halted', 0],
          ['guest B', 'debug-exit', 7],
        ],
      );
    });

    it('1:3 under shadow paging with a limit: shares within two percent', () => {
      const files = [file('c.asm', busy('C')), file('d.asm', busy('D'))];
      const limit = ['--weights', '1:3', '--paging', 'shadow', '--max-instructions', '20000000', '--memory', '2'];
      const ran = pacifica(['run', ...files, ...limit, '--json']);
      assert.equal(ran.status, 8, ran.stderr);
      const { guests, exits } = summaryOf(ran);
      assert.ok(Math.abs(guests[0]!.share - 25) < 2 && Math.abs(guests[1]!.share - 75) < 2, JSON.stringify(guests));
      assert.deepEqual(
        guests.map(({ outcome }) => outcome),
        ['running', 'running'],
      );
      assert.ok(exits['0x60']! > 50, 'the host’s timer');
      assert.equal(exits['0x400'], undefined, 'no nested paging');
    });
  });

  describe('refuses with one clear line and status 2', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pacifica-bad-'));
    const file = (name: string, bytes: string | Uint8Array = ''): string => {
      writeFileSync(path.join(folder, name), bytes);
      return path.join(folder, name);
    };
    after(() => rmSync(folder, { recursive: true }));
    const cases: readonly [string, () => string[], RegExp][] = [
      ['no file', () => ['run'], /wants a file/],
      ['a file that is not there', () => ['run', 'nowhere.asm'], /'nowhere\.asm' cannot be read/],
      ['a file that is not there', () => ['run', 'a.asm', 'b.asm'], /'a\.asm' cannot be read/],
      ['too few weights', () => ['run', 'a.asm', 'b.asm', '--weights', '1'], /a weight a file, 2, with colons/],
      ['a weight that is none', () => ['run', 'a.asm', 'b.asm', '--weights', '1:x'], /from 1 to 1000, not 'x'/],
      [
        'a processor nobody has',
        () => ['run', 'a.asm', '--cpu', 'zen9'],
        /barcelona, bulldozer, zen1 or zen3, not 'zen9'/,
      ],
      ['an unknown option', () => ['run', 'a.asm', '--fast'], /--fast/],
      ['an option without its value', () => ['run', 'a.asm', '--boot'], /--boot/],
      [
        'an unknown way to boot',
        () => ['run', 'a.asm', '--boot', 'floppy'],
        /asm, flat, rom, elf, multiboot or linux, not 'floppy'/,
      ],
      ['both modes', () => ['run', 'a.asm', '--guest', '--bare'], /exclude each other/],
      ['memory that is no number', () => ['run', 'a.asm', '--memory', 'much'], /--memory wants a whole number/],
      ['too much memory', () => ['run', file('a.asm', 'hlt'), '--memory', '3073'], /1 to 3072/],
      ['an endless count', () => ['run', 'a.asm', '--max-instructions', '-1'], /--max-instructions/],
      ['an image of unknown kind', () => ['run', file('b.bin', 'x')], /say how to boot it/],
      ['an empty source', () => ['run', file('empty.asm')], /empty/],
      ['an empty image', () => ['run', file('empty.bin'), '--boot', 'flat'], /empty/],
      ['what is no ELF file', () => ['run', file('c.elf', 'not an executable at all')], /ELF/],
      ['a ROM for a guest', () => ['run', file('d.bin', 'x'), '--boot', 'rom', '--guest'], /no firmware/],
      ['a folder', () => ['run', folder, '--boot', 'flat'], /cannot be read/],
      ['an unknown command', () => ['walk'], /no command 'walk'/],
      [
        'a command line for firmware',
        () => ['run', 'test/bench/rom64.bin', '--boot', 'rom', '--append', 'quiet'],
        /firmware takes no command line/,
      ],
      [
        'a command line as long as memory',
        () => ['run', 'samples/first-light/hello.asm', '--append', 'x'.repeat(3000)],
        /too long/,
      ],
    ];
    for (const [name, words, message] of cases) {
      it(name, () => {
        const ran = pacifica(words());
        assert.equal(ran.status, 2);
        assert.equal(ran.stdout, '');
        assert.equal(ran.stderr.trimEnd().split('\n').length, 1, ran.stderr);
        assert.match(ran.stderr, /^pacifica: /);
        assert.match(ran.stderr, message);
      });
    }
  });

  it('help is there for all', () => {
    const ran = pacifica(['--help']);
    assert.equal(ran.status, 0);
    assert.match(ran.stdout, /pacifica run FILE/);
    assert.match(ran.stdout, /pacifica disasm FILE/);
  });
});

describe('pacifica disasm', () => {
  it('shows addresses, bytes and words, with labels', () => {
    const { stdout, status } = pacifica(['disasm', 'samples/first-light/hello.asm']);
    assert.equal(status, 0);
    assert.match(stdout, /^_start:\n00100000 {2}48 8d 35 [0-9a-f ]+ {2}lea rsi, \[/m);
    assert.match(stdout, /^0010000f|^0010000c/m);
    assert.match(stdout, /call .*; print$/m);
  });
});
