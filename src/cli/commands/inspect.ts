import { Command } from 'commander';
import { mermaid } from '../../models/multiInput.ts';
import { describeNetwork, parameterCount } from '../../models/network.ts';
import { plain } from '../format.ts';
import { readModel } from './shared.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what a model is, how it was trained and what its weights look like')
    .argument('<model>', 'model.onnx of a run')
    .option('--json', 'one JSON object on standard output')
    .option('--diagram', 'the network as a Mermaid flow chart on standard output')
    .action(async (path: string, options: { json?: boolean; diagram?: boolean }) => {
      const { weights, ...model } = await readModel(path);
      if (options.diagram) {
        process.stdout.write(mermaid(model.network));
        return;
      }
      const layers = weights.map(({ W, b }, i) => {
        const zeros = Array.from(W.data).filter((w) => w === 0).length;
        const squares = Array.from(W.data).reduce((sum, w) => sum + w * w, 0);
        return {
          layer: i + 1,
          shape: W.shape,
          norm: Math.sqrt(squares),
          zeros: zeros / W.data.length,
          biases: b.data.length,
        };
      });
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ ...model, parameters: parameterCount(model.network), layers })}\n`,
        );
        return;
      }
      const { network, task, outputs, features, training } = model;
      const lines = [
        `${describeNetwork(network)} ${network.activation}, ${parameterCount(network).toLocaleString('en')} weights`,
        `${task}: ${outputs.join(', ')}`,
        ...(features ? [`inputs: ${features.join(', ')}`] : []),
        '',
        ...Object.entries(training).map(([name, value]) => `${name.padStart(26)}  ${value}`),
        '',
        `${'layer'.padStart(8)}${'weights'.padStart(14)}${'norm'.padStart(12)}${'zeros'.padStart(10)}`,
        ...layers.map(
          ({ layer, shape, norm, zeros }) =>
            `${String(layer).padStart(8)}${shape.join(' x ').padStart(14)}${plain(Number(norm.toPrecision(4))).padStart(12)}${`${(100 * zeros).toFixed(1)} %`.padStart(10)}`,
        ),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
