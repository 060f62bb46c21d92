import { Command, Option } from 'commander';
import { evaluate } from '../../estimator/evaluation.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import { scoreText } from '../format.ts';
import { labelled, type Part, parts, readModel } from './shared.ts';

/** A confusion matrix with more classes than this does not fit a terminal. */
const mostClasses = 20;

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('score a trained model on data with known targets')
    .argument('<model>', 'model.onnx of a run')
    .argument('<data>', 'data as for train; a table needs the columns that the model was trained on')
    .addOption(
      new Option('--part <part>', 'samples of a set of images (default: test, where there are any)').choices(
        parts,
      ),
    )
    .option('--json', 'one JSON object on standard output')
    .action(async (path: string, source: string, options: { part?: Part; json?: boolean }) => {
      const model = await readModel(path);
      const data = await labelled(model, source, options.part);
      const engine = nodeEngine();
      const { samples, score, confusion } = await evaluate(model, data, engine);
      await engine.dispose();
      const name = model.task === 'classification' ? 'accuracy' : 'r2';
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ samples, [name]: score, ...(confusion && { confusion, outputs: model.outputs }) })}\n`,
        );
        return;
      }
      process.stdout.write(
        `${samples.toLocaleString('en')} samples, ${name} ${scoreText(score, model.task)}\n`,
      );
      if (confusion && model.outputs.length <= mostClasses)
        process.stdout.write(`\n${confusionTable(model.outputs, confusion)}`);
    });
}

function confusionTable(classes: readonly string[], confusion: readonly (readonly number[])[]): string {
  const width =
    Math.max(
      5,
      ...classes.map((name) => name.length),
      ...confusion.flat().map((count) => String(count).length),
    ) + 1;
  const row = (head: string, cells: readonly string[]): string =>
    `${head.padStart(width)} |${cells.map((cell) => cell.padStart(width)).join('')}\n`;
  return (
    'rows: true class, columns: label given\n' +
    row('', classes) +
    confusion
      .map((counts, i) =>
        row(
          classes[i]!,
          counts.map((count) => (count === 0 ? '.' : String(count))),
        ),
      )
      .join('')
  );
}
