import { Command, Option } from 'commander';
import { writeCodes } from '../../estimator/node/codeFile.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import { encodeSamples } from '../hashing.ts';
import { type Part, parts, readModel, withClasses } from './shared.ts';

interface EncodeOptions {
  readonly output: string;
  readonly part?: Part;
  readonly json?: boolean;
}

export function hashEncodeCommand(): Command {
  return new Command('encode')
    .description('write the codes of samples, with their classes where these are known')
    .argument('<model>', 'model.onnx of a run of hash train')
    .argument('<data>', 'images, or a table with the columns that the model was trained on')
    .requiredOption('-o, --output <file>', 'file of codes, in the safetensors format')
    .addOption(
      new Option('--part <part>', 'samples of a set of images (default: test, where there are any)').choices(
        parts,
      ),
    )
    .option('--json', 'one JSON object on standard output')
    .action(async (path: string, source: string, { output, part, json }: EncodeOptions) => {
      const model = await readModel(path);
      const data = await withClasses(model, source, part);
      const engine = nodeEngine();
      const started = performance.now();
      const file = await encodeSamples(model, path, data, engine);
      const seconds = (performance.now() - started) / 1000;
      await engine.dispose();
      await writeCodes(output, file);
      const { count, bits } = file.codes;
      const labelled = file.labels !== undefined;
      process.stdout.write(
        json
          ? `${JSON.stringify({ codes: count, bits, labelled, seconds, out: output })}\n`
          : `${count.toLocaleString('en')} codes of ${bits} bits${labelled ? ' with their classes' : ''} in ${output}, ${Math.round(count / seconds).toLocaleString('en')} a second\n`,
      );
    });
}
