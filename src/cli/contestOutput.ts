import type { Summary, Trial } from '../estimator/comparison.ts';
import type { Competitor } from '../estimator/competitors.ts';
import type { Config } from '../estimator/config.ts';
import type { SweepRecord } from '../solve/record.ts';
import { settingsText, spreadText } from './contestReport.ts';
import type { Contest } from './contestRequest.ts';
import { scoreText } from './format.ts';
import { version } from './version.ts';

type Task = 'classification' | 'regression';

/** Where a comparison tells how it goes. */
export interface ContestOutput {
  start(contest: Contest, trials: number, folder: string): void;
  candidate(name: string, config: Config, score: number): void;
  sweep(name: string, seed: number, record: SweepRecord): void;
  trial(trial: Trial, task: Task): void;
  end(results: {
    readonly competitors: readonly Competitor[];
    readonly summaries: readonly Summary[];
    readonly target: number | undefined;
    readonly task: Task;
    readonly folder: string;
    readonly interrupted: boolean;
  }): void;
}

export function contestOutput(json: boolean): ContestOutput {
  return json ? jsonOutput() : tableOutput();
}

function jsonOutput(): ContestOutput {
  const emit = (event: string, fields: object): void =>
    void process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    start: ({ source, competitors }, trials, folder) =>
      emit('start', { version, data: source, competitors, trials, out: folder }),
    candidate: (name, { rate, rateSchedule, batch }, score) =>
      emit('candidate', { name, rate, rateSchedule, batch, validation: score }),
    sweep: (name, seed, record) => emit('sweep', { name, seed, ...record }),
    trial: ({ name, seed, status, scores }) => emit('trial', { name, seed, status: status.name, scores }),
    end: ({ competitors, summaries, target, folder, interrupted }) =>
      emit('end', { competitors, summaries, target, interrupted, out: folder }),
  };
}

function tableOutput(): ContestOutput {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    start({ title, data, competitors }, trials, folder) {
      print(`${title}`);
      print(
        `${data.train.inputs.shape[0].toLocaleString('en')} samples to train, ${data.test?.inputs.shape[0].toLocaleString('en')} to test; ${competitors.length} methods, ${trials} ${trials === 1 ? 'trial' : 'trials'} of each`,
      );
      print(`results go to ${folder}\n`);
    },
    candidate: (name, config, score) =>
      print(`tuning  ${name.padEnd(14)}  ${settingsText(config).padEnd(40)}  validation ${percent(score)}`),
    sweep: () => {},
    trial({ name, seed, scores, records, status }, task) {
      const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
      const test = scores.test === undefined ? '' : scoreText(scores.test, task);
      print(
        `trial   ${name.padEnd(14)}  seed ${seed}  test ${test}  ${seconds.toFixed(1)} s  ${status.name}`,
      );
    },
    end({ competitors, summaries, target, task, folder, interrupted }) {
      const goal = target === undefined ? undefined : `s to ${scoreText(target, task)}`;
      const configs = new Map(competitors.map(({ name, config }) => [name, config]));
      const rows = summaries.map((summary) => [
        summary.name,
        spreadText(summary.test, task),
        spreadText(summary.train, task),
        summary.secondsPerSweep.toPrecision(3),
        ...(goal ? [summary.secondsToTarget?.toPrecision(3) ?? '-'] : []),
        settingsText(configs.get(summary.name)!),
      ]);
      const heads = ['method', 'test', 'train', 's a sweep', ...(goal ? [goal] : []), 'settings'];
      const widths = heads.map((head, k) => Math.max(head.length, ...rows.map((row) => row[k]!.length)));
      print('');
      for (const row of [heads, ...rows])
        print(
          row
            .map((cell, k) => cell.padEnd(widths[k]!))
            .join('  ')
            .trimEnd(),
        );
      print(
        `\n${interrupted ? 'Interrupted: what was done is saved. ' : ''}${folder}/report.html, comparison.json, trials.ndjson`,
      );
    },
  };
}

function percent(score: number): string {
  return Number.isFinite(score) ? score.toFixed(4) : 'not finite';
}
