import { open } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../algebra/errors.ts';
import { chunksOf, emptySamples, type Samples } from '../../algebra/samples.ts';
import { type Floats, floats, matrix, type Tensor, vector, zeros } from '../../algebra/tensor.ts';
import { namedWeights } from '../../models/forward.ts';
import { type LayerWeights, weightShapes } from '../../models/network.ts';
import {
  type Entry,
  encodeSafetensors,
  type Header,
  headerLength,
  parseHeader,
} from '../../models/safetensors.ts';
import { stateNames } from '../../problem/problem.ts';
import type { SweepRecord } from '../../solve/record.ts';
import type { Solution } from '../../solve/solve.ts';
import type { Config } from '../config.ts';
import { configSchema } from '../configSchema.ts';
import { networkOf } from '../networkOf.ts';
import { trainerNamed } from '../trainers.ts';
import type { Resume, TrainingState } from '../training.ts';
import { writeWhole } from './files.ts';

/** What a checkpoint says of itself besides the numbers. */
export interface CheckpointFacts {
  readonly data: DataRequest;
  readonly config: Config;
  readonly widths: readonly number[];
  readonly samples: number;
  readonly records: readonly SweepRecord[];
  /** The best weights are stored beside the last ones. */
  readonly best?: { readonly sweep: number; readonly score: number };
}

/** The data of a run, as the user asked for them. */
export interface DataRequest {
  readonly source: string;
  readonly target?: string | undefined;
  readonly task?: 'classification' | 'regression' | undefined;
  readonly holdout?: number | undefined;
  /** Only the first training samples. */
  readonly samples?: number | undefined;
}

const factsSchema = z.object({
  data: z.object({
    source: z.string(),
    target: z.string().optional(),
    task: z.enum(['classification', 'regression']).optional(),
    holdout: z.number().optional(),
    samples: z.number().optional(),
  }),
  config: configSchema,
  widths: z.array(z.number()),
  samples: z.number(),
  records: z.array(
    z.custom<SweepRecord>((value) => typeof value === 'object' && value !== null && 'objective' in value),
  ),
  best: z.object({ sweep: z.number(), score: z.number() }).exactOptional(),
});

/** Saves P, or the weights alone where the states are lost, in the safetensors format. */
export async function saveCheckpoint(
  path: string,
  facts: Omit<CheckpointFacts, 'best'>,
  state: TrainingState,
  { intact, best }: Pick<Solution, 'intact' | 'best'>,
): Promise<void> {
  const weights = [
    ...weightEntries('', state.weights),
    ...(best ? weightEntries(bestPrefix, best.weights) : []),
  ];
  const described: CheckpointFacts = {
    ...facts,
    ...(best && { best: { sweep: best.sweep, score: best.score } }),
  };
  const states = Object.entries(state.samples)
    .filter(([name]) => intact && name !== 'V0' && name !== 'Y')
    .map(([name, { width, chunks }]): Entry => ({ name, shape: [state.chunks.n, width], parts: chunks }));
  const memory = Object.entries(state.memory)
    .filter(() => intact)
    .map(([name, { shape, data }]): Entry => ({ name: `${memoryPrefix}${name}`, shape, parts: [data] }));
  await writeWhole(
    path,
    encodeSafetensors([...weights, ...states, ...memory], { ashlar: JSON.stringify(described) }),
  );
}

const bestPrefix = 'best ';
const memoryPrefix = 'kept ';

function weightEntries(prefix: string, weights: readonly LayerWeights[]): Entry[] {
  return Object.entries(namedWeights(weights)).map(([name, { shape, data }]) => ({
    name: `${prefix}${name}`,
    shape,
    parts: [data],
  }));
}

export interface Checkpoint {
  readonly facts: CheckpointFacts;
  /** Reads the numbers. */
  load(): Promise<Resume>;
}

/** @throws UserError when the file is missing, cut short or not a checkpoint. */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const { header, size } = await readHeader(path);
  if (size !== header.size)
    throw new UserError(
      `${path} has ${size} bytes where its header promises ${header.size}: the file is damaged, use another checkpoint.`,
    );
  let facts: CheckpointFacts;
  try {
    facts = factsSchema.parse(JSON.parse(header.metadata.ashlar ?? ''));
  } catch {
    throw new UserError(
      `${path} is not a checkpoint that this version of ashlar wrote: its description cannot be read.`,
    );
  }
  return { facts, load: () => loadState(path, header, facts) };
}

async function readHeader(path: string): Promise<{ header: Header; size: number }> {
  const file = await open(path, 'r').catch(() => undefined);
  try {
    if (file === undefined || !(await file.stat()).isFile())
      throw new UserError(`${path} cannot be opened: give the folder of a run that holds a checkpoint.`);
    const first = new Uint8Array(8);
    const { bytesRead } = await file.read(first, 0, 8, 0);
    const bytes = new Uint8Array(headerLength(first.subarray(0, bytesRead), path));
    await file.read(bytes, 0, bytes.length, 8);
    return { header: parseHeader(bytes, path), size: (await file.stat()).size };
  } finally {
    await file?.close();
  }
}

async function loadState(
  path: string,
  header: Header,
  { config, widths, samples: n, records, best }: CheckpointFacts,
): Promise<Resume> {
  const { precision } = config;
  const network = networkOf({ ...config, hidden: widths.slice(1, -1) }, widths[0]!, widths.at(-1)!);
  const file = await open(path, 'r');
  try {
    /** The numbers of a tensor, in consecutive parts. */
    const read = async (name: string, shape: readonly number[], parts: readonly Floats[]): Promise<void> => {
      const found = header.tensors.get(name);
      if (found?.dtype !== dtypes[precision] || found.shape.join() !== shape.join())
        throw new UserError(
          `${path} does not hold the ${precision} numbers of ${name}, ${shape.join(' x ')}, that its description promises: the file is damaged, use another checkpoint.`,
        );
      let { start } = found;
      for (const { buffer, byteOffset, byteLength } of parts) {
        await file.read(new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength, start);
        start += byteLength;
      }
    };
    const tensor = async <T extends Tensor>(name: string, empty: T): Promise<T> => {
      await read(name, empty.shape, [empty.data]);
      return empty;
    };
    const readWeights = (prefix: string): Promise<LayerWeights[]> =>
      Promise.all(
        weightShapes(network).map(async ([outputs, inputs], i) => {
          return {
            W: await tensor(
              `${prefix}W${i + 1}`,
              matrix(outputs, inputs, floats(precision, outputs * inputs)),
            ),
            b: await tensor(`${prefix}b${i + 1}`, vector(floats(precision, outputs))),
          };
        }),
      );
    const weights = await readWeights('');
    const snapshot = best && { ...best, weights: await readWeights(bestPrefix) };
    const method = trainerNamed(config.method);
    if (method.kind === 'batches') {
      const kept = [...header.tensors].filter(([name]) => name.startsWith(memoryPrefix));
      const memory: Record<string, Tensor> = {};
      for (const [name, { shape }] of kept)
        memory[name.slice(memoryPrefix.length)] = await tensor(name, zeros(shape, precision));
      return {
        weights,
        best: snapshot,
        ...(kept.length > 0 && { memory }),
        records: records.filter(isFinished),
      };
    }
    const states = stateNames({ formulation: method.formulation, widths });
    if (!states.some((name) => header.tensors.has(name)))
      return { weights, best: snapshot, records: records.filter(isFinished) };
    const chunks = chunksOf(n, config.chunk);
    const samples: Record<string, Samples> = {};
    for (const name of states) {
      const width = widths[Number(name.slice(1))]!;
      samples[name] = emptySamples(chunks, width, precision);
      await read(name, [n, width], samples[name].chunks);
    }
    return { weights, best: snapshot, samples, records };
  } finally {
    await file.close();
  }
}

const dtypes = { float32: 'F32', float64: 'F64' } as const;

/** JSON has no word for an objective that was not finite. */
function isFinished({ objective }: SweepRecord): boolean {
  return Number.isFinite(objective);
}
