import type { Precision } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import type { Problem } from '../problem/problem.ts';
import type { BlockDescent, Descent, SweepReport } from '../splitting/descent.ts';
import type { Method } from '../splitting/index.ts';
import type { BlockMethod, MethodSettings } from '../splitting/method.ts';
import { NotFinite } from '../splitting/notFinite.ts';
import { descentOf, residualOf, total } from './certificate.ts';
import type { Residual, Scores, SweepRecord } from './record.ts';
import type { Interruption, Status } from './status.ts';

export interface SolveSettings {
  readonly problem: Problem;
  readonly method: Method;
  readonly updates: MethodSettings;
  readonly precision: Precision;
  /** Sweeps in all, those of an earlier run that is resumed included. */
  readonly sweeps: number;
  /** Stop before a sweep that would end after this many seconds. */
  readonly seconds?: number;
  /** Stop when the validation score has not risen for this many sweeps. */
  readonly patience?: number;
  /** Stop when dist(0, ∂L) has fallen to this fraction of its value at the start; needs `certify`. */
  readonly tolerance?: number;
  /** Measure dist(0, ∂L) after every sweep. */
  readonly certify: boolean;
  /** Interrupts the run after the sweep under way. */
  readonly signal?: Interruption;
  /** Scores of the forward network after a sweep; undefined where they are not asked for. */
  readonly score?: (weights: readonly LayerWeights[], sweep: number) => Promise<Scores | undefined>;
  /** Records of the run that is resumed, and its best weights. */
  readonly history?: readonly SweepRecord[];
  readonly best?: Snapshot;
  /** The states of the history are lost: its last objective is not that of the present state. */
  readonly restarted?: boolean;
}

/** The weights after the sweep with the best validation score. */
export interface Snapshot {
  readonly sweep: number;
  readonly score: number;
  readonly weights: readonly LayerWeights[];
}

export interface Solution {
  readonly status: Status;
  readonly records: readonly SweepRecord[];
  /** Sweeps that are in the state. */
  readonly sweeps: number;
  /** False where the states were lost, as after numbers that are not finite: only the weights can be continued. */
  readonly intact: boolean;
  readonly weights: readonly LayerWeights[];
  readonly best?: Snapshot;
}

/** Those of the best sweep where sweeps were validated, else of the last. */
export function keptWeights({ best, weights }: Pick<Solution, 'best' | 'weights'>): readonly LayerWeights[] {
  return best?.weights ?? weights;
}

/** A sweep whose objective is not yet known. */
interface Draft {
  readonly sweep: number;
  readonly seconds: number;
  readonly report?: SweepReport;
  readonly scores?: Scores;
}

/**
 * The one loop. Yields the record of each sweep as soon as it is complete: the objective of sweep k of a block method falls
 * out of the products of sweep k + 1, so without `certify` a record is one sweep late and costs nothing.
 */
export async function* solve(
  descent: Descent,
  settings: SolveSettings,
): AsyncGenerator<SweepRecord, Solution> {
  const { problem, method, updates, precision, certify } = settings;
  // The guarantees are those of blocks that see all samples; a sweep of mini-batches tells its own objective.
  const blocks = method.kind === 'blocks' ? method : undefined;
  const records: SweepRecord[] = [...(settings.history ?? [])];
  const started = performance.now();
  let best = settings.best;
  let largestSize = 0;
  const anew = records.length === 0 || settings.restarted === true;
  let sweep = records.length === 0 ? 0 : records.at(-1)!.sweep + (anew ? 1 : 0);
  let draft: Draft | undefined = anew ? await begin(sweep, 0) : undefined;

  async function begin(k: number, seconds: number, report?: SweepReport): Promise<Draft> {
    const scores = await settings.score?.(descent.weights, k);
    const validation = scores?.validation;
    if (validation !== undefined && validation > (best?.score ?? Number.NEGATIVE_INFINITY))
      best = { sweep: k, score: validation, weights: [...descent.weights] };
    return { sweep: k, seconds, ...(report && { report }), ...(scores && { scores }) };
  }

  function complete(
    { sweep: k, seconds, report, scores }: Draft,
    terms: SweepRecord['terms'],
    residual?: Residual,
  ): SweepRecord {
    const objective = total(terms);
    const previous = records.at(-1)?.objective;
    const record: SweepRecord = {
      sweep: k,
      objective,
      terms,
      ...(report &&
        blocks &&
        previous !== undefined && {
          descent: descentOf(
            problem,
            updates.alpha,
            precision,
            blocks.descentConstant(problem, updates, k),
            previous,
            objective,
            report,
          ),
        }),
      ...(residual && { residual }),
      ...(report?.inner && { inner: report.inner }),
      ...(scores && { scores }),
      seconds,
    };
    records.push(record);
    return record;
  }

  /** The record at once, where the objective need not wait for the next sweep. */
  async function completeNow(pending: Draft): Promise<SweepRecord> {
    if (!blocks) return complete(pending, pending.report?.terms ?? (await descent.measure()));
    return certified(pending, blocks, descent as BlockDescent);
  }

  async function certified(
    pending: Draft,
    certifier: BlockMethod,
    { measure, stationarity }: BlockDescent,
  ): Promise<SweepRecord> {
    const terms = await measure();
    const { distances, size } = await stationarity();
    largestSize = Math.max(largestSize, size);
    const earlier = records.flatMap(({ sweep: k, residual }) => (k > 0 && residual ? [residual] : []));
    const relativeError = (bound: number): number | undefined =>
      certifier.relativeErrorConstant(problem, updates, bound);
    return complete(
      pending,
      terms,
      residualOf(distances, relativeError, pending.report, largestSize, earlier),
    );
  }

  function stop(): Status | undefined {
    const last = records.at(-1);
    const defect = last && defectOf(last, precision);
    if (defect) return defect;
    const [first, now] = [records[0]?.residual?.distance, last?.residual?.distance];
    if (
      settings.tolerance !== undefined &&
      first !== undefined &&
      now !== undefined &&
      now <= settings.tolerance * first
    )
      return {
        name: 'converged',
        sentence: `The subgradient residual fell to ${settings.tolerance} of its first value.`,
      };
    if (settings.signal?.aborted)
      return { name: 'interrupted', sentence: `Interrupted after sweep ${sweep}.` };
    if (sweep >= settings.sweeps)
      return { name: 'sweep limit', sentence: `All ${settings.sweeps} sweeps are done.` };
    if (settings.patience !== undefined && best && sweep - best.sweep >= settings.patience)
      return {
        name: 'no improvement',
        sentence: `The validation score has not risen for ${settings.patience} sweeps.`,
      };
    const elapsed = (performance.now() - started) / 1000;
    if (settings.seconds !== undefined && elapsed + (draft ?? last)!.seconds > settings.seconds)
      return { name: 'time limit', sentence: `Another sweep would exceed the ${settings.seconds} seconds.` };
    return undefined;
  }

  const atOnce = certify || !blocks;
  if (atOnce && draft !== undefined) {
    yield await completeNow(draft);
    draft = undefined;
  }
  let status = stop();
  while (status === undefined) {
    const lastGood = [...descent.weights];
    const before = performance.now();
    let report: SweepReport;
    try {
      report = await descent.sweep();
    } catch (error) {
      if (!(error instanceof NotFinite)) throw error;
      descent.weights.splice(0, lastGood.length, ...lastGood);
      draft = undefined;
      status = {
        name: 'not finite',
        sentence: `In sweep ${sweep + 1}, ${error.message}; the weights of sweep ${sweep} are kept.`,
      };
      break;
    }
    const seconds = (performance.now() - before) / 1000;
    if (draft !== undefined) yield complete(draft, report.terms);
    sweep++;
    draft = await begin(sweep, seconds, report);
    if (atOnce) {
      yield await completeNow(draft);
      draft = undefined;
    }
    status = stop();
  }
  if (draft !== undefined) {
    const last = complete(draft, await descent.measure());
    status = defectOf(last, precision) ?? status;
    yield last;
  }
  const intact = status.name !== 'not finite';
  return { status, records, sweeps: sweep, intact, weights: descent.weights, ...(best && { best }) };
}

/** Why a run cannot go on after this sweep. */
function defectOf({ sweep, objective, descent }: SweepRecord, precision: Precision): Status | undefined {
  if (!Number.isFinite(objective))
    return { name: 'not finite', sentence: `The objective after sweep ${sweep} is not a finite number.` };
  if (descent?.verdict !== 'violated') return undefined;
  const { decrease, movement, a, rounding } = descent;
  const advice =
    precision === 'float32' ? ' Run again with precision float64 to tell whether float32 is at fault.' : '';
  return {
    name: 'descent violated',
    sentence:
      `Sweep ${sweep} decreased the objective by ${decrease.toPrecision(4)}, less than a = ${a} times the squared movement ` +
      `${movement.toPrecision(4)}, and rounding explains at most ${rounding.toPrecision(4)} of it.${advice}`,
  };
}
