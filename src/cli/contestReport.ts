import { meanCurve, type Spread, type Summary, type Trial } from '../estimator/comparison.ts';
import type { Competitor } from '../estimator/competitors.ts';
import type { Config } from '../estimator/config.ts';
import { networkOf } from '../estimator/networkOf.ts';
import { trainerNamed } from '../estimator/trainers.ts';
import { rateFactors, tuningShare } from '../estimator/tune.ts';
import { describeNetwork } from '../models/network.ts';
import type { ComparisonReport, CurveChart } from '../report/comparison/contract.ts';
import type { SweepRecord } from '../solve/record.ts';
import type { Contest } from './contestRequest.ts';
import { scoreText } from './format.ts';
import { version } from './version.ts';

export function settingsText({
  rate,
  rateSchedule,
  batch,
  init,
  start,
  gamma,
  alpha,
  method,
}: Config): string {
  const first = start === undefined ? init : `from ${start}`;
  if (rate !== undefined)
    return `rate ${rate}${rateSchedule === 'linear' ? ' falling linearly' : ''}, batch ${batch}, ${first}`;
  const weights =
    batch === undefined
      ? `alpha ${alpha.W.map(short).join(' ')}`
      : `alpha_W ${alpha.W.map(short).join(' ')}, batch ${batch}`;
  return `${method}, gamma ${gamma.map(short).join(' ')}, ${weights}, ${first}`;
}

/** 0.366667 for 11/30. */
const short = (value: number): number => Number(value.toPrecision(6));

export function comparisonReport(
  { title, source, data, competitors, remarks, options }: Contest,
  done: readonly Trial[],
  summaries: readonly Summary[],
  target: number | undefined,
): ComparisonReport {
  const trials = options.trials ?? 3;
  const task = data.train.task;
  const score = (value: number): string => scoreText(value, task);
  const configs = new Map(competitors.map(({ name, config }) => [name, config]));
  const first = competitors[0]!.config;
  const network = networkOf(first, data.train.inputs.shape[1], data.train.targets.shape[1]);
  const seed = options.seed ?? 0;
  const tuning =
    options.tune === false || !competitors.some(({ tuned }) => tuned)
      ? []
      : [
          `Learning rates are tuned on ${100 * tuningShare} % of the training samples: the usual one times ${rateFactors.join(', ')}; then batches twice as large; each in a run of half the sweeps. The trials train on all samples.`,
        ];
  return {
    title,
    remarks: [
      ...remarks,
      `All methods train the same network on the same samples, on the same engine, with ${trials === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + trials - 1}`}; seconds are those of the updates, without scoring.`,
      ...tuning,
    ],
    ...(target !== undefined && { target: score(target) }),
    entries: summaries.map((summary) => ({
      name: summary.name,
      settings: settingsText(configs.get(summary.name)!),
      test: spreadText(summary.test, task),
      train: spreadText(summary.train, task),
      secondsPerSweep: summary.secondsPerSweep.toPrecision(3),
      seconds: summary.seconds.toPrecision(3),
      toTarget: summary.secondsToTarget?.toPrecision(3) ?? 'not reached',
      nonzeros: summary.nonzeros < 1 ? `${(100 * summary.nonzeros).toFixed(2)} %` : '',
      memory: summary.memory === undefined ? '' : `${(summary.memory / 1e9).toFixed(2)} GB`,
      endings: endingsText(summary),
    })),
    charts: chartsOf(competitors, done, target),
    facts: [
      ['data', `${source}, ${data.train.inputs.shape[0].toLocaleString('en')} training samples`],
      ['network', `${describeNetwork(network)}, ${first.activation}`],
      ['loss', `${first.loss}${first.smoothing > 0 ? `, label smoothing ${first.smoothing}` : ''}`],
      ['trials', String(trials)],
      ['precision', first.precision],
      ['version', version],
    ],
  };
}

function chartsOf(
  competitors: readonly Competitor[],
  done: readonly Trial[],
  target: number | undefined,
): CurveChart[] {
  const present = competitors.filter(({ name }) => done.some((trial) => trial.name === name));
  const best = target ?? Math.max(...done.map(({ scores }) => scores.test ?? 0));
  // What matters is close to the top, unless a method stays far from it.
  const worst = Math.min(
    ...present.map(
      ({ name }) =>
        meanCurve(
          done.filter((trial) => trial.name === name),
          ({ scores }) => scores?.test,
        ).at(-1)?.score ?? 0,
    ),
  );
  const lowest = Math.min(worst, best) - Math.max(0.02, (best - worst) / 3);
  const chart = (
    title: string,
    caption: string,
    xTitle: string,
    on: 'test' | 'train',
    along: 'sweep' | 'seconds',
  ): CurveChart => ({
    title,
    caption,
    xTitle,
    scale: 'linear',
    lowest,
    curves: curvesOf(present, done, ({ scores }) => scores?.[on], along),
  });
  const lifted = present.filter(({ config }) => trainerNamed(config.method).kind === 'blocks');
  const objectives: CurveChart = {
    title: 'Objective, by sweep',
    caption: 'The lifted objective of the methods that have one.',
    xTitle: 'sweep',
    scale: 'log',
    lowest: 0,
    curves: curvesOf(lifted, done, ({ objective }) => objective, 'sweep'),
  };
  return [
    chart(
      'Test score, by sweep',
      'The mean of the trials, and each of them thinly.',
      'sweep',
      'test',
      'sweep',
    ),
    chart('Test score, by time', 'Seconds of updates; scoring is not counted.', 'seconds', 'test', 'seconds'),
    chart('Training score, by sweep', 'The same on the training samples.', 'sweep', 'train', 'sweep'),
    ...(lifted.length > 0 ? [objectives] : []),
  ];
}

function curvesOf(
  competitors: readonly Competitor[],
  done: readonly Trial[],
  value: (record: SweepRecord) => number | undefined,
  along: 'sweep' | 'seconds',
): CurveChart['curves'] {
  const points = (curve: ReturnType<typeof meanCurve>) =>
    curve.map((point) => ({ x: point[along], y: point.score }));
  return competitors.map(({ name }) => {
    const own = done.filter((trial) => trial.name === name);
    return {
      name,
      mean: points(meanCurve(own, value)),
      trials: own.map((trial) => points(meanCurve([trial], value))),
    };
  });
}

/** `98.21 % ± 0.05`, or `R2 0.8312 ± 0.0021`. */
export function spreadText({ mean, deviation }: Spread, task: 'classification' | 'regression'): string {
  const text = scoreText(mean, task);
  return `${text} ± ${task === 'classification' ? (100 * deviation).toFixed(2) : deviation.toFixed(4)}`;
}

function endingsText({ endings }: Summary): string {
  return Object.entries(endings)
    .map(([status, count]) => (Object.keys(endings).length === 1 ? status : `${count} ${status}`))
    .join(', ');
}
