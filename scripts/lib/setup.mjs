/**
 * Brings in what is missing: npm's packages, the editor's own two trees, Debian's packages. What is there is left alone.
 * Node built-ins only: this runs in a clean clone.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, capture, run as runHere } from './run.mjs';

/** What the tests call on the machine, by Debian package. */
const TEST_PACKAGES = [
  'nasm',
  'qemu-system-x86',
  'gcc',
  'gcc-multilib',
  'linux-libc-dev',
  'chromium',
  'fonts-dejavu-core',
];

/** A second witness beside QEMU, with the smallest of its displays: where it cannot be had, the tests say so and do without. */
const SECOND_WITNESS = ['bochs', 'bochs-term'];

/** Where Debian's kernel headers are unpacked; `asm/svm.h` of the kernel proper lies below it. */
export const LINUX_HEADERS = path.join(ROOT, '.cache/linux-headers');

/** Runs a program whose words go beside the script's own output, which may be a guest's. */
function run(program, args, options = {}) {
  return runHere(program, args, { stdio: ['ignore', 2, 2], ...options });
}

/** Ends the script with one line that says what to do. */
function stop(line) {
  console.error(`\n${line}`);
  process.exit(1);
}

/** Installs npm's packages when the lock file is not the one they were installed from. */
export async function ensurePackages() {
  const stamp = path.join(ROOT, 'node_modules/.pacifica-lock');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('installing the packages of package-lock.json …');
  // what an older lock file brought is kept where it still fits; a first installation starts clean
  const words = existsSync(stamp) ? ['install', '--no-save'] : ['ci'];
  const status = await run('npm', [...words, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) stop(`npm ${words.join(' ')} failed: see above`);
  writeFileSync(stamp, lock);
}

/** Installs the two dependency trees that code-server's package pins but does not carry. */
export async function ensureEditor() {
  const tree = path.join(ROOT, 'node_modules/code-server/lib/vscode');
  const stamp = path.join(tree, 'node_modules/.pacifica-installed');
  if (existsSync(stamp)) return;
  console.error('installing the editor (code-server) …');
  for (const cwd of [tree, path.join(tree, 'extensions')]) {
    const words = [
      'install',
      '--omit=dev',
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    if ((await run('npm', words, { cwd })) !== 0) stop(`npm install failed in ${path.relative(ROOT, cwd)}: see above`);
  }
  writeFileSync(stamp, '');
}

/** The words before an apt-get that may install, or undefined when this user may not. */
async function asRoot() {
  if (process.getuid?.() === 0) return [];
  return (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}

async function missingPackages(names) {
  const missing = [];
  for (const name of names) {
    const { stdout } = await capture('dpkg-query', ['-W', '-f=${Status}', name]);
    if (!stdout.endsWith('ok installed')) missing.push(name);
  }
  return missing;
}

/** Installs the Debian packages that the tests want, or says how to. */
export async function ensureDebianPackages() {
  if ((await capture('dpkg-query', ['--version'])).code !== 0) {
    stop(`this is not a Debian system: the tests want what Debian calls ${TEST_PACKAGES.join(' ')}`);
  }
  const missing = await missingPackages(TEST_PACKAGES);
  const second = await missingPackages(SECOND_WITNESS);
  if (missing.length === 0 && second.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const before = await asRoot();
  if (!before && missing.length > 0) {
    stop(`Debian packages are missing. Type this, then run the tests again:\n  sudo ${install.join(' ')}`);
  }
  const withoutSecond = `without ${SECOND_WITNESS.join(' and ')} nothing is compared with Bochs`;
  if (!before) return console.error(`${withoutSecond}: sudo apt-get install -y ${second.join(' ')}`);
  console.error(`installing ${[...missing, ...second].join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (words) => {
    const [program, ...rest] = [...before, ...words];
    return run(program, rest, { env, stdio: ['ignore', 'ignore', 2] });
  };
  await apt(['apt-get', 'update', '-qq']);
  if (missing.length > 0 && (await apt(install)) !== 0) stop('apt-get install failed: see above');
  const more = ['apt-get', 'install', '-y', '--no-install-recommends', ...second];
  if (second.length > 0 && (await apt(more)) !== 0) console.error(`apt-get install failed: ${withoutSecond}`);
}

/** Unpacks the headers of Debian's newest kernel under LINUX_HEADERS. */
export async function ensureLinuxHeaders() {
  const find = async () => {
    const { stdout } = await capture('apt-cache', ['pkgnames', 'linux-headers-']);
    const names = stdout.split('\n').filter((name) => /^linux-headers-[0-9].*-common$/.test(name));
    return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(-1);
  };
  try {
    await unpackDebian(LINUX_HEADERS, 'linux-headers-*-common', find);
  } catch (error) {
    stop(error.message);
  }
}

/**
 * Unpacks Debian packages under a folder: no root needed, nothing installed. Does nothing when they are there. Throws with words for
 * the user.
 * @param {string} folder
 * @param {string} what the packages, for complaints
 * @param {() => Promise<string[]>} find their names; none while apt has no lists
 */
export async function unpackDebian(folder, what, find) {
  const stamp = path.join(folder, 'unpacked');
  if (existsSync(stamp)) return;
  let names = await find();
  if (names.length === 0) {
    const before = await asRoot();
    if (!before) throw new Error('apt knows no packages yet. Type this, then try again:\n  sudo apt-get update');
    const [program, ...words] = [...before, 'apt-get', 'update', '-qq'];
    await run(program, words);
    names = await find();
  }
  if (names.length === 0) throw new Error(`apt knows no package ${what}`);
  console.error(`unpacking ${names.join(' ')} …`);
  const archives = `${folder}.deb`;
  for (const place of [archives, folder]) {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
  }
  const words = ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...names];
  if ((await run('apt-get', words, { cwd: archives })) !== 0) {
    throw new Error(`apt-get download ${names.join(' ')} failed: see above`);
  }
  for (const archive of readdirSync(archives)) {
    if ((await run('dpkg', ['-x', path.join(archives, archive), folder])) !== 0) {
      throw new Error(`dpkg -x ${archive} failed`);
    }
  }
  rmSync(archives, { recursive: true });
  writeFileSync(stamp, `${names.join('\n')}\n`);
}
