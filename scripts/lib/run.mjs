/** Running other programs. Node built-ins only: this is loaded before anything is installed. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The Node that npm runs under. Not always this one: among the packages is a Node for the editor's server, and npm's scripts
 * find that first, but only once it is installed. The first run and the second should be the same.
 */
export const NODE = process.env.npm_node_execpath ?? process.execPath;
/** The repository's top folder. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Runs a program in the repository with the terminal's own input and output.
 * @returns its exit status, 1 when a signal ended it, 127 when it could not be started
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a program and gathers what it prints. */
export function capture(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes) => (stdout += bytes));
    child.stderr.on('data', (bytes) => (stderr += bytes));
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** Runs a script of the repository's own. */
export function node(script, args = [], options = {}) {
  return run(NODE, [path.join(ROOT, script), ...args], options);
}

/** Splits a script's words at the first that begins with `-`: names before it, another program's options from it on. */
export function splitWords(words) {
  const first = words.findIndex((word) => word.startsWith('-'));
  return first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];
}
