/** The command line: one line a command. */
import { disasm, DISASM_HELP } from './disasm';
import { grade, GRADE_HELP } from './grade';
import { labs, LABS_HELP } from './labs';
import { run, RUN_HELP } from './run';
import { STATUS_USAGE, UsageError } from './usage';

interface Command {
  readonly help: string;
  readonly act: (words: readonly string[]) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: { help: RUN_HELP, act: run },
  disasm: { help: DISASM_HELP, act: disasm },
  grade: { help: GRADE_HELP, act: grade },
  labs: { help: LABS_HELP, act: labs },
};

async function main([verb, ...words]: readonly string[]): Promise<number> {
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    process.stdout.write(
      Object.values(COMMANDS)
        .map(({ help }) => help)
        .join('\n'),
    );
    return verb === undefined ? STATUS_USAGE : 0;
  }
  const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (!command) throw new UsageError(`there is no command '${verb}'; there are ${Object.keys(COMMANDS).join(', ')}`);
  return command.act(words);
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`pacifica: ${error.message}\n`);
    process.exitCode = STATUS_USAGE;
  },
);
