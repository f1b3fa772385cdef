/** The suite that runs inside an extension host: the desktop's through @vscode/test-electron, or the server's. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000, forbidOnly: true, forbidPending: true });
  mocha.suite.emit('pre-require', globalThis, 'suite', mocha);
  // the tests call describe() as soon as they are loaded, so they may be loaded only now
  await import('./activation');
  await import('./session');
  const report = { passed: [] as string[], failed: [] as string[] };
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      // the server's run reads it there: what is printed here does not reach it before the exit code does
      const file = process.env.PACIFICA_HOST_REPORT;
      if (file) writeFileSync(file, JSON.stringify(report));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed`));
    });
    runner.on('pass', (test) => report.passed.push(test.fullTitle()));
    runner.on('fail', (test, error: Error) =>
      report.failed.push(`${test.fullTitle()}: ${error.stack ?? error.message}`),
    );
  });
}
