import { open } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../algebra/errors.ts';
import { type Chunks, chunkBuffer, chunksOf, type Samples, sizes } from '../../algebra/samples.ts';
import { type Floats, floats, matrix, type Precision, vector } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import {
  type Entry,
  encodeSafetensors,
  type Header,
  headerLength,
  parseHeader,
} from '../../models/safetensors.ts';
import type { SweepRecord } from '../../solve/record.ts';
import type { State } from '../../splitting/descent.ts';
import { type Config, configSchema } from '../config.ts';
import type { Resume } from '../training.ts';
import { writeWhole } from './files.ts';

/** What a checkpoint says of itself besides the numbers. */
export interface CheckpointFacts {
  readonly data: DataRequest;
  readonly config: Config;
  readonly widths: readonly number[];
  readonly samples: number;
  readonly records: readonly SweepRecord[];
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
});

/** Saves P, or the weights alone where the states are lost, in the safetensors format. */
export async function saveCheckpoint(
  path: string,
  facts: CheckpointFacts,
  state: State,
  intact: boolean,
): Promise<void> {
  const weights = state.weights.flatMap(({ W, b }, i): Entry[] => [
    { name: `W${i + 1}`, shape: W.shape, parts: [W.data] },
    { name: `b${i + 1}`, shape: b.shape, parts: [b.data] },
  ]);
  const states = Object.entries(state.samples)
    .filter(([name]) => intact && name !== 'V0' && name !== 'Y')
    .map(([name, { width, chunks }]): Entry => ({ name, shape: [state.chunks.n, width], parts: chunks }));
  await writeWhole(path, encodeSafetensors([...weights, ...states], { ashlar: JSON.stringify(facts) }));
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
  const file = await open(path, 'r').catch(() => {
    throw new UserError(`${path} cannot be opened: give the folder of a run that holds a checkpoint.`);
  });
  try {
    const first = new Uint8Array(8);
    const { bytesRead } = await file.read(first, 0, 8, 0);
    const bytes = new Uint8Array(headerLength(first.subarray(0, bytesRead), path));
    await file.read(bytes, 0, bytes.length, 8);
    return { header: parseHeader(bytes, path), size: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

async function loadState(
  path: string,
  header: Header,
  { config, widths, samples: n, records }: CheckpointFacts,
): Promise<Resume> {
  const chunks = chunksOf(n, config.chunk);
  const file = await open(path, 'r');
  try {
    const read = async (name: string, offset: number, target: Floats): Promise<Floats> => {
      const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
      await file.read(bytes, 0, bytes.length, header.tensors.get(name)!.start + offset);
      return target;
    };
    const weights: LayerWeights[] = [];
    for (const [i, outputs] of widths.slice(1).entries()) {
      const inputs = widths[i]!;
      const W = await read(`W${i + 1}`, 0, floats(config.precision, outputs * inputs));
      const b = await read(`b${i + 1}`, 0, floats(config.precision, outputs));
      weights.push({ W: matrix(outputs, inputs, W), b: vector(b) });
    }
    const names = [...header.tensors.keys()].filter((name) => /^[UV]/.test(name));
    if (names.length === 0) return { weights, records };
    const samples: Record<string, Samples> = {};
    for (const name of names)
      samples[name] = await readSamples(
        chunks,
        widths[Number(name.slice(1))]!,
        config.precision,
        (offset, into) => read(name, offset, into),
      );
    return { weights, samples, records };
  } finally {
    await file.close();
  }
}

async function readSamples(
  chunks: Chunks,
  width: number,
  precision: Precision,
  read: (offset: number, target: Floats) => Promise<Floats>,
): Promise<Samples> {
  const parts: Floats[] = [];
  let offset = 0;
  for (const rows of sizes(chunks)) {
    const part = chunkBuffer(chunks, width, precision).subarray(0, rows * width);
    parts.push(await read(offset, part));
    offset += part.byteLength;
  }
  return { width, chunks: parts };
}
