import { Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { predict } from '../../estimator/evaluation.ts';
import { writeWhole } from '../../estimator/node/files.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import { argMax } from '../../estimator/scores.ts';
import { type Part, parts, readModel, unlabelled } from './shared.ts';

export function predictCommand(): Command {
  return new Command('predict')
    .description('write the predictions of a trained model for every sample as CSV')
    .argument('<model>', 'model.onnx of a run')
    .argument('<data>', 'images, or a table with the columns that the model was trained on')
    .requiredOption(
      '-o, --output <file>',
      'CSV file: the label and the score of every class, or the predicted target',
    )
    .addOption(
      new Option('--part <part>', 'samples of a set of images (default: test, where there are any)').choices(
        parts,
      ),
    )
    .action(async (path: string, source: string, options: { output: string; part?: Part }) => {
      const model = await readModel(path);
      const inputs = await unlabelled(model, source, options.part);
      const engine = nodeEngine();
      const outputs = await predict(model, inputs, engine);
      await engine.dispose();
      const [rows, columns] = outputs.shape;
      const numbers = (i: number): number[] =>
        Array.from(outputs.data.subarray(i * columns, (i + 1) * columns));
      const isClass = model.task === 'classification';
      const labels = argMax(outputs);
      const table = Array.from({ length: rows }, (_, i) =>
        isClass ? [model.outputs[labels[i]!]!, ...numbers(i)] : numbers(i),
      );
      const header = isClass
        ? ['label', ...model.outputs.map((name) => `score ${name}`)]
        : [...model.outputs];
      await writeWhole(options.output, [stringify([header, ...table])]);
      process.stdout.write(`${rows.toLocaleString('en')} predictions in ${options.output}\n`);
    });
}
