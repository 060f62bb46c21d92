#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UserError } from '../algebra/errors.ts';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { hashCommand } from './commands/hash.ts';
import { inspectCommand } from './commands/inspect.ts';
import { methodsCommand } from './commands/methods.ts';
import { predictCommand } from './commands/predict.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { trainCommand } from './commands/train.ts';
import { version } from './version.ts';

const commands = [
  trainCommand(),
  checkCommand(),
  compareCommand(),
  evaluateCommand(),
  predictCommand(),
  hashCommand(),
  inspectCommand(),
  methodsCommand(),
  reproduceCommand(),
];
const program = new Command('ashlar')
  .description('Trains neural networks block by block, without gradients and without a learning rate.')
  .version(version)
  .configureOutput({ outputError: (text, write) => write(`ashlar: ${oneLine(text)}\n`) })
  .exitOverride();
for (const command of commands) {
  program.addCommand(command);
  inherit(command, program);
}

/** Gives a command and those below it the way in which the program reports errors. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const below of command.commands) inherit(below, command);
}

/** An error of commander without its own prefix, and with its advice on the same line. */
function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
}

// Whoever reads the output may leave, as `head` does: the run goes on and is saved.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // Wrong usage and wrong input end with 2, so that scripts can tell them from a failure of the program.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UserError) {
    process.stderr.write(`ashlar: ${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
