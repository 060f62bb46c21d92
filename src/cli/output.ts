import type { DataSource } from '../data/dataset.ts';
import type { Config } from '../estimator/config.ts';
import type { Retrained, Training } from '../estimator/training.ts';
import { describeNetwork, parameterCount } from '../models/network.ts';
import type { Scores, SweepRecord } from '../solve/record.ts';
import { regimeOf } from '../solve/regime.ts';
import type { Solution } from '../solve/solve.ts';
import { plain, scoreText, timeText } from './format.ts';
import { version } from './version.ts';

/** Where a run tells how it goes: a table for people or JSON lines for programs. */
export interface Output {
  start(run: RunStart): void;
  sweep(record: SweepRecord): void;
  end(run: RunEnd): void;
  /** A line worth knowing, on standard error. */
  log(message: string): void;
}

export interface RunStart {
  readonly source: string;
  readonly data: DataSource;
  readonly training: Training;
  readonly config: Config;
  readonly engine: string;
  readonly folder: string;
  readonly resumed: boolean;
}

export interface RunEnd {
  readonly solution: Solution;
  readonly scores: Scores;
  readonly retrained: Retrained | undefined;
  readonly seconds: number;
  readonly task: 'classification' | 'regression';
  readonly folder: string;
}

const log = (message: string): void => void process.stderr.write(`${message}\n`);

export function jsonOutput(): Output {
  const emit = (event: string, fields: object): void =>
    void process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    start: ({ source, data, training, config, engine, folder }) =>
      emit('start', {
        version,
        data: source,
        samples: training.train.inputs.shape[0],
        testSamples: data.test?.inputs.shape[0] ?? 0,
        task: data.train.task,
        widths: training.network.widths,
        config,
        engine,
        out: folder,
      }),
    sweep: (record) => emit('sweep', record),
    end({ solution, scores, retrained, seconds, task, folder }) {
      const name = task === 'classification' ? 'accuracy' : 'r2';
      const named = (of: Scores): object =>
        Object.fromEntries(Object.entries(of).map(([on, value]) => [on, { [name]: value }]));
      emit('end', {
        status: solution.status.name,
        sentence: solution.status.sentence,
        sweeps: solution.sweeps,
        ...(solution.best && { bestSweep: solution.best.sweep }),
        ...named(scores),
        ...(retrained && { classifier: { ...retrained, before: named(retrained.before) } }),
        seconds,
        out: folder,
      });
    },
    log,
  };
}

/** One line a sweep; a column stands only where the run has something to show in it. */
export function tableOutput(): Output {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let columns: Column[] = [];
  let config: Config;
  let task: RunEnd['task'];
  let spent = 0;
  let timed = 0;
  const timeLeft = ({ sweep }: SweepRecord): number => {
    const sweeps = (spent / timed) * (config.sweeps - sweep);
    return config.seconds === undefined ? sweeps : Math.min(sweeps, Math.max(0, config.seconds - spent));
  };
  return {
    start(run) {
      config = run.config;
      task = run.data.train.task;
      const { training, data } = run;
      const [n, inputs] = training.train.inputs.shape;
      const outputs = training.train.outputs.length;
      const kinds = task === 'classification' ? 'classes' : outputs === 1 ? 'target' : 'targets';
      const tests = data.test ? `, ${data.test.inputs.shape[0].toLocaleString('en')} to test` : '';
      print(
        `${run.source}: ${n.toLocaleString('en')} samples to train${tests}; ${inputs} inputs, ${outputs} ${kinds}`,
      );
      print(
        `${describeNetwork(training.network)} ${config.activation}, ${parameterCount(training.network).toLocaleString('en')} weights; ` +
          `${config.method}, ${config.loss} loss, ${config.precision}, ${run.engine}`,
      );
      print(`${run.resumed ? 'resumed; ' : ''}results go to ${run.folder}\n`);
      columns = columnsOf(run);
      print(columns.map(({ title, width }) => title.padStart(width)).join('  '));
    },
    sweep(record) {
      spent += record.seconds;
      if (record.seconds > 0) timed++;
      const left = timed === 0 ? '' : timeText(timeLeft(record));
      print(columns.map(({ width, cell }) => cell(record, left).padStart(width)).join('  '));
    },
    end({ solution, scores, retrained, seconds, folder }) {
      print(`\n${solution.status.sentence} ${timeText(seconds)} in all.`);
      if (solution.best)
        print(`The model is that of sweep ${solution.best.sweep}, the best on the validation samples.`);
      const told = (of: Scores): string =>
        Object.entries(of)
          .map(([on, score]) => `${on} ${scoreText(score, task)}`)
          .join(', ');
      if (retrained)
        print(
          `The last layer is retrained: ${retrained.name}, C = ${retrained.C}. Before: ${told(retrained.before)}; now:`,
        );
      print(told(scores));
      const certificate = certificateLine(solution.records);
      if (certificate !== undefined) print(certificate);
      if (solution.records.at(-1)?.residual) {
        const regime = regimeOf(solution.records);
        if (!(regime.name === 'undecided' && regime.reason === 'too short')) print(regime.sentence);
      }
      print(`${folder}/model.onnx, report.html, metrics.ndjson, checkpoint.safetensors, config.json`);
    },
    log,
  };
}

interface Column {
  readonly title: string;
  readonly width: number;
  cell(record: SweepRecord, left: string): string;
}

function columnsOf({ config, data, training }: RunStart): Column[] {
  const sum = (record: SweepRecord, wanted: (name: string) => boolean): number =>
    Object.entries(record.terms).reduce((total, [name, value]) => (wanted(name) ? total + value : total), 0);
  const regularized =
    training.problem.weightRegularizer.weight > 0 || training.problem.stateRegularizer.weight > 0;
  const task = data.train.task;
  const score = (on: keyof Scores): Column => ({
    title: on,
    width: 10,
    cell: ({ scores }) => (scores?.[on] === undefined ? '' : scoreText(scores[on], task)),
  });
  const isRegularizer = (name: string): boolean => /^[rs]\(/.test(name);
  const loss: Column = { title: 'loss', width: 11, cell: ({ terms }) => plain(terms.loss!) };
  const coupling: Column = {
    title: 'coupling',
    width: 11,
    cell: (record) => plain(sum(record, (name) => name !== 'loss' && !isRegularizer(name))),
  };
  const regularizers: Column = {
    title: 'regularizers',
    width: 12,
    cell: (record: SweepRecord) => plain(sum(record, isRegularizer)),
  };
  const guarantee: Column = {
    title: 'descent/a',
    width: 9,
    cell: ({ descent }) =>
      descent
        ? `${plain(Number((descent.ratio / descent.a).toPrecision(3)))}${{ holds: '', rounding: '~', violated: '!' }[descent.verdict]}`
        : '',
  };
  // Mini-batches begin at states that fit together and have no certificate.
  const whole = training.kind === 'blocks';
  return [
    { title: 'sweep', width: 5, cell: ({ sweep }) => String(sweep) },
    { title: 'objective', width: 11, cell: ({ objective }) => plain(objective) },
    ...(whole || regularized ? [loss] : []),
    ...(whole ? [coupling] : []),
    ...(regularized ? [regularizers] : []),
    ...(whole ? [guarantee] : []),
    ...(config.certify || config.tolerance !== undefined
      ? [
          {
            title: 'residual',
            width: 10,
            cell: ({ residual }: SweepRecord) =>
              residual ? plain(Number(residual.distance.toPrecision(4))) : '',
          },
        ]
      : []),
    ...(config.validation > 0 && config.scoreEvery > 0 ? [score('validation')] : []),
    ...(data.test && config.scoreEvery > 0 ? [score('test')] : []),
    { title: 'seconds', width: 7, cell: ({ seconds }) => seconds.toFixed(seconds < 10 ? 2 : 1) },
    { title: 'left', width: 12, cell: (_, left) => left },
  ];
}

/** The descent certificate in one line; undefined where no sweep has one. */
function certificateLine(records: readonly SweepRecord[]): string | undefined {
  const checked = records.flatMap(({ descent }) => descent ?? []);
  if (checked.length === 0) return undefined;
  const count = (verdict: string): number => checked.filter((descent) => descent.verdict === verdict).length;
  const [rounding, violated] = [count('rounding'), count('violated')];
  return (
    `Sufficient descent held in ${count('holds')} of ${checked.length} sweeps` +
    (rounding > 0 ? `, in ${rounding} up to rounding (~)` : '') +
    (violated > 0 ? `, and was violated in ${violated} (!)` : '') +
    '.'
  );
}
