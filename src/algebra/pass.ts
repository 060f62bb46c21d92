import { concrete, type Engine, type Expression, type Program } from './engine.ts';
import { type Rooms, roomsOf } from './rooms.ts';
import { type Chunks, type Samples, sizes } from './samples.ts';
import { type Floats, type Precision, sizeOf, type Tensor, toPrecision } from './tensor.ts';

/**
 * A map over chunks of samples: per-sample states in, per-sample states out, and sums over all samples.
 * An output named in `updates` replaces those samples; every other output is summed over the chunks in float64,
 * and over the samples as well where its shape is `[n]`.
 */
export interface Pass {
  readonly expression: Expression;
  /** Inputs that are samples; all others are the same for every chunk. */
  readonly samples: readonly string[];
  /** Output name to the samples that it replaces. */
  readonly updates: Readonly<Record<string, string>>;
}

export type Sums = Readonly<Record<string, Float64Array>>;

export interface CompiledPass {
  readonly pass: Pass;
  run(
    chunks: Chunks,
    samples: Readonly<Record<string, Samples>>,
    shared: Readonly<Record<string, Tensor>>,
  ): Promise<Sums>;
  /** Releases the program; the pass cannot run again. */
  dispose(): Promise<void>;
}

/** @param precision other than the engine's own to repeat a pass more precisely: its samples are then converted. */
export async function compilePass(
  engine: Engine,
  pass: Pass,
  precision: Precision = engine.precision,
): Promise<CompiledPass> {
  const program = await engine.compile(pass.expression, precision);
  const rooms = roomsOf(engine);
  return {
    pass,
    run: (chunks, samples, shared) => runPass(pass, program, precision, rooms, chunks, samples, shared),
    async dispose() {
      rooms.clear();
      await program.dispose();
    },
  };
}

async function runPass(
  pass: Pass,
  program: Program,
  precision: Precision,
  rooms: Rooms,
  chunks: Chunks,
  samples: Readonly<Record<string, Samples>>,
  shared: Readonly<Record<string, Tensor>>,
): Promise<Sums> {
  const sumNames = Object.keys(program.outputs).filter((name) => !(name in pass.updates));
  const sums: Record<string, Float64Array> = {};
  for (const name of sumNames) {
    const shape = program.outputs[name]!;
    sums[name] = new Float64Array(shape.includes('n') ? 1 : sizeOf(concrete(shape, 0)));
  }
  const common = Object.fromEntries(
    Object.entries(shared).map(([name, tensor]) => [name, toPrecision(tensor, precision)]),
  );
  const taken = Object.fromEntries(
    Object.entries(program.outputs).map(([name, shape]) => [
      name,
      rooms.take(precision, sizeOf(concrete(shape, chunks.largest))),
    ]),
  );
  for (const [c, rows] of sizes(chunks).entries()) {
    const inputs: Record<string, Tensor> = { ...common };
    for (const name of pass.samples) {
      const { width, chunks: parts } = samples[name]!;
      inputs[name] = toPrecision<Tensor>({ shape: [rows, width], data: parts[c]! }, precision);
    }
    const outputs = Object.fromEntries(
      Object.entries(program.outputs).map(([name, shape]): [string, Tensor] => {
        const here = concrete(shape, rows);
        return [name, { shape: here, data: taken[name]!.subarray(0, sizeOf(here)) }];
      }),
    );
    await program.run(inputs, outputs);
    for (const name of sumNames) accumulate(sums[name]!, outputs[name]!.data);
    for (const [name, target] of Object.entries(pass.updates)) {
      // The new chunk takes the place of the old one, whose memory becomes the room for the next chunk.
      const old = samples[target]!.chunks[c]!;
      samples[target]!.chunks[c] = outputs[name]!.data;
      const [freed, length] = [wholeBuffer(old), taken[name]!.length];
      taken[name] = freed.length === length ? freed : rooms.take(precision, length);
    }
  }
  for (const room of Object.values(taken)) rooms.give(room);
  return sums;
}

/** Element by element, or into one number where the target has one element. */
function accumulate(total: Float64Array, part: Floats): void {
  if (total.length === 1) {
    let sum = 0;
    for (let i = 0; i < part.length; i++) sum += part[i]!;
    total[0]! += sum;
  } else if (part instanceof Float32Array) addSingle(total, part);
  else for (let i = 0; i < part.length; i++) total[i]! += part[i]!;
}

// Apart from the float64 case and four at a time: V8 neither specialises nor unrolls this loop, and it then takes 1.8 ns
// an element instead of 4.3, on some 5e8 elements a sweep.
function addSingle(total: Float64Array, part: Float32Array): void {
  const whole = part.length - (part.length % 4);
  for (let i = 0; i < whole; i += 4) {
    const a = total[i]! + part[i]!;
    const b = total[i + 1]! + part[i + 1]!;
    const c = total[i + 2]! + part[i + 2]!;
    const d = total[i + 3]! + part[i + 3]!;
    total[i] = a;
    total[i + 1] = b;
    total[i + 2] = c;
    total[i + 3] = d;
  }
  for (let i = whole; i < part.length; i++) total[i]! += part[i]!;
}

function wholeBuffer(view: Floats): Floats {
  return view instanceof Float32Array ? new Float32Array(view.buffer) : new Float64Array(view.buffer);
}
