import { access, appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../algebra/errors.ts';
import type { Model } from '../../models/model.ts';
import { exportOnnx } from '../../models/onnxModel.ts';
import type { Report } from '../../report/contract.ts';
import { renderReport } from '../../report/report.ts';
import type { SweepRecord } from '../../solve/record.ts';
import type { Solution } from '../../solve/solve.ts';
import type { TrainingState } from '../training.ts';
import { type CheckpointFacts, saveCheckpoint } from './checkpoint.ts';
import { prepareFolder, writeWhole } from './files.ts';

export const checkpointName = 'checkpoint.safetensors';

/** The folder in which one run leaves all that it found out. */
export interface RunFolder {
  readonly path: string;
  record(record: SweepRecord): Promise<void>;
  finish(results: {
    readonly model: Model;
    readonly facts: Omit<CheckpointFacts, 'best'>;
    readonly state: TrainingState;
    readonly solution: Solution;
    readonly report: Report;
  }): Promise<void>;
}

export interface RunFolderRequest {
  /** The folder; without one, the first of runs/NAME-1, runs/NAME-2, … that does not exist. */
  readonly path: string | undefined;
  readonly name: string;
  /** The folder of the run that is resumed, which alone may be written over. */
  readonly resumed: string | undefined;
  readonly config: unknown;
  /** Records of the run that is resumed. */
  readonly history: readonly SweepRecord[];
}

/** @throws UserError where another run is in the folder, or nothing can be written to it. */
export async function openRunFolder({
  path,
  name,
  resumed,
  config,
  history,
}: RunFolderRequest): Promise<RunFolder> {
  const folder = path ?? resumed ?? (await freshName(name));
  const own = resumed !== undefined && resolve(folder) === resolve(resumed);
  if (!own && (await exists(join(folder, 'config.json'))))
    throw new UserError(
      `${folder} already holds a run: name another folder with --out, or go on with that run by --resume ${folder}.`,
    );
  await prepareFolder(folder);
  const metrics = join(folder, 'metrics.ndjson');
  const line = (record: SweepRecord): string => `${JSON.stringify(record)}\n`;
  await writeWhole(join(folder, 'config.json'), [`${JSON.stringify(config, null, 2)}\n`]);
  await writeWhole(metrics, history.map(line));
  return {
    path: folder,
    record: (record) => appendFile(metrics, line(record)),
    async finish({ model, facts, state, solution, report }) {
      await writeWhole(join(folder, 'model.onnx'), [exportOnnx(model)]);
      await saveCheckpoint(join(folder, checkpointName), facts, state, solution);
      await writeWhole(join(folder, 'report.html'), [await renderReport(report)]);
    },
  };
}

/** The first of runs/NAME-1, runs/NAME-2, … that does not exist. */
export async function freshName(name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const folder = join('runs', `${name}-${count}`);
    if (!(await exists(folder))) return folder;
  }
}

/** Whether there is a file or folder of this name. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
