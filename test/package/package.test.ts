/** What users install: `npm run package` is run, and the archive judged file by file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzip } from './zip';

const MOST_BYTES = 8 << 20;
const MOST_PICTURE_BYTES = 400 << 10;

/** Every file that may be there fits one of these. */
const ALLOWED = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^extension\/dist\/(cli\/main|(web\/)?(extension|(debug|grader|language)\/worker))\.js$/,
  /^extension\/dist\/webview\/(vmcb|page-tables|shadow|exit-log|lab)\/(main\.js|style\.css)$/,
  /^extension\/dist\/webview\/codicon-\w+\.ttf$/,
  /^extension\/labs\/pacifica\.d\.ts$/,
  /^extension\/labs\/\d\d-[\w-]+\/(README\.md|[\w-]+\.(svg|png))$/,
  /^extension\/labs\/\d\d-[\w-]+\/(starter|solution)\/[\w-]+\.(ts|asm|inc|json)$/,
  /^extension\/media\/((icon|first-light|linux)\.png|pacifica\.svg)$/,
  /^extension\/media\/panels\/[\w-]+-(dark|light)\.svg$/,
  /^extension\/media\/walkthrough\/[\w-]+\.(png|svg|md)$/,
  /^extension\/media\/nasm\/[\w.-]+\.json$/,
  /^extension\/samples\/[\w-]+\/([\w-]+\.asm|README\.md|\.vscode\/launch\.json)$/,
];

/** Node's modules a bundle may ask for: none reaches a network or starts a program. */
const MODULES = new Set(['events', 'fs', 'fs/promises', 'path', 'util', 'worker_threads', 'vscode']);
/** Not asked for: sucrase writes it into what it makes of Flow, which nobody writes here. */
const MENTIONED = new Set(['flow-enums-runtime']);

describe('the package', function () {
  this.timeout(120_000);
  let folder = '';
  let archive: Buffer;
  let files: ReadonlyMap<string, Buffer>;
  const text = (name: string): string => {
    const bytes = files.get(name);
    assert.ok(bytes, `there is no ${name}`);
    return bytes.toString('utf8');
  };
  const bundles = () => [...files.keys()].filter((name) => /^extension\/dist\/.*\.js$/.test(name));

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pacifica-package-'));
    const out = path.join(folder, 'pacifica.vsix');
    const { status, stderr } = spawnSync(process.execPath, ['scripts/package.mjs', out], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    archive = readFileSync(out);
    files = unzip(archive);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is small, and so are its pictures', () => {
    assert.ok(archive.length <= MOST_BYTES, `${archive.length} bytes`);
    const pictures = [...files].filter(([name]) => /\.(png|svg)$/.test(name));
    assert.ok(pictures.length > 0);
    assert.deepEqual(
      pictures.filter(([, bytes]) => bytes.length > MOST_PICTURE_BYTES).map(([name]) => name),
      [],
    );
  });

  it('holds no file that is not allowed', () => {
    const strange = [...files.keys()].filter((name) => !ALLOWED.some((pattern) => pattern.test(name)));
    assert.deepEqual(strange, []);
    const unused = ALLOWED.filter((pattern) => ![...files.keys()].some((name) => pattern.test(name)));
    assert.deepEqual(unused, [], 'these allow nothing');
  });

  it('holds every lab with its text, its starter and its solution', () => {
    const labs = readdirSync('labs').filter((name) => /^\d\d-/.test(name));
    assert.ok(labs.length > 0);
    for (const lab of labs) {
      assert.ok(files.has(`extension/labs/${lab}/README.md`), `${lab} has no README.md`);
      for (const part of ['starter', 'solution']) {
        const there = readdirSync(path.join('labs', lab, part));
        for (const name of there)
          assert.ok(files.has(`extension/labs/${lab}/${part}/${name}`), `${lab}/${part}/${name}`);
      }
    }
  });

  it('holds what its manifest names', () => {
    const manifest = JSON.parse(text('extension/package.json')) as { main: string; browser: string; icon: string };
    for (const name of [manifest.main, manifest.browser, manifest.icon]) text(`extension/${name}`);
    const named = [...text('extension/package.json').matchAll(/"\.?\/?((?:media|dist)\/[\w./-]+)"/g)];
    assert.ok(named.length > 0);
    for (const [, name] of named) text(`extension/${name}`);
  });

  it('holds bundles without source maps, networks and other programs', () => {
    assert.ok(bundles().length > 0);
    for (const name of bundles()) {
      const code = text(name);
      assert.doesNotMatch(code, /sourceMappingURL=/, name);
      assert.doesNotMatch(code, /WebSocket|sendBeacon|EventSource/, name);
      // the sandbox's engine comes with a loader that could fetch its bytes; it is given them
      const sandboxed = /\/(debug|grader)\/worker|\/cli\/main/.test(name);
      if (!sandboxed) assert.doesNotMatch(code, /\bfetch\(|XMLHttpRequest/, name);
      for (const [, module = ''] of code.matchAll(/\brequire\("([\w@/:.-]+)"\)/g)) {
        const known = MODULES.has(module.replace(/^node:/, '')) || MENTIONED.has(module);
        assert.ok(known, `${name} asks for ${module}`);
      }
    }
  });

  it('holds the licences of what is bundled', () => {
    const notices = text('extension/dist/THIRD-PARTY-NOTICES.txt');
    for (const word of ['iced-x86', '@vscode/codicons', '@vscode/debugadapter', 'Fabrice Bellard', 'sucrase']) {
      assert.ok(notices.includes(word), `no word of ${word}`);
    }
  });

  it('grades a lab on the command line, with Node and nothing else', () => {
    for (const [name, bytes] of files) {
      if (!/^extension\/(dist\/cli|labs)\//.test(name)) continue;
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    const lab = path.join(folder, 'extension/labs/04-cpuid');
    const grade = (answer: string) =>
      spawnSync(
        process.execPath,
        [path.join(folder, 'extension/dist/cli/main.js'), 'grade', '4', path.join(lab, answer)],
        {
          encoding: 'utf8',
          cwd: folder,
        },
      );
    assert.ok(existsSync(lab));
    const solution = grade('solution');
    assert.equal(solution.status, 0, solution.stdout + solution.stderr);
    const starter = grade('starter');
    assert.equal(starter.status, 1, starter.stdout + starter.stderr);
  });
});
