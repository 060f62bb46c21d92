import { Command } from 'commander';
import { activations } from '../../problem/activations/index.ts';
import { losses } from '../../problem/losses/index.ts';
import { regularizers } from '../../problem/regularizers/index.ts';
import { methods } from '../../splitting/index.ts';

export function methodsCommand(): Command {
  return new Command('methods')
    .description('list the methods and the terms that they work with')
    .action(() => {
      const section = (title: string, rows: readonly (readonly [string, string, string])[]): string => {
        const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
        const lines = rows.map(
          ([name, formula, reference]) =>
            `  ${name.padEnd(widths[0]!)}  ${formula.padEnd(widths[1]!)}  ${reference}`,
        );
        return `${title}\n${lines.join('\n')}\n`;
      };
      const terms = (list: readonly { name: string; formula: string; reference: string }[]) =>
        list.map(({ name, formula, reference }) => [name, formula, reference] as const);
      process.stdout.write(
        [
          section(
            'methods',
            methods.map(({ name, title, reference }) => [name, title, reference] as const),
          ),
          section('losses', terms(losses)),
          section('activations', terms(activations)),
          section('regularizers', terms(regularizers)),
        ].join('\n'),
      );
    });
}
