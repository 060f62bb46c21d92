import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../algebra/errors.ts';
import { single } from '../distributed/single.ts';
import { compare, summarise, type Trial } from '../estimator/comparison.ts';
import type { Competitor } from '../estimator/competitors.ts';
import type { Config } from '../estimator/config.ts';
import { writeWhole } from '../estimator/node/files.ts';
import { nodeEngine } from '../estimator/node/nodeEngine.ts';
import type { FreshSurroundings } from '../estimator/training.ts';
import { tune } from '../estimator/tune.ts';
import { renderComparison } from '../report/comparison/comparison.ts';
import { contestOutput } from './contestOutput.ts';
import { comparisonReport } from './contestReport.ts';
import type { Contest } from './contestRequest.ts';
import { openResultFolder } from './resultFolder.ts';
import { version } from './version.ts';

/** Tunes, trains and compares, and leaves report.html, comparison.json and trials.ndjson in a folder. */
export async function runContest(contest: Contest): Promise<void> {
  const { data, options, source } = contest;
  if (data.test === undefined)
    throw new UserError(
      `${source} has no test samples, by which methods are compared: set --holdout above 0.`,
    );
  const trials = options.trials ?? 3;
  if (!Number.isInteger(trials) || trials < 1)
    throw new UserError(`The number of trials is ${trials} where a whole number from 1 was expected.`);
  const folder = await openResultFolder(options.out, contest.name);
  const tell = contestOutput(options.json ?? false);
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort();
    process.stderr.write(
      'Interrupted: this sweep is finished and what is done is saved; press Ctrl-C again to leave at once.\n',
    );
  });
  const { signal } = interrupt;
  const engines =
    (config: Config): FreshSurroundings =>
    () => ({
      engine: nodeEngine({ precision: config.precision, threads: options.threads }),
      communicator: single,
      log: (message) => process.stderr.write(`${message}\n`),
    });

  tell.start(contest, trials, folder);
  const competitors: Competitor[] = [];
  for (const competitor of contest.competitors) {
    const { name, config, tuned } = competitor;
    if (!tuned || options.tune === false) {
      competitors.push(competitor);
      continue;
    }
    const search = tune(config, data, engines(config), signal);
    let step = await search.next();
    for (; !step.done; step = await search.next()) tell.candidate(name, step.value.config, step.value.score);
    competitors.push({ ...competitor, config: step.value });
  }

  const log = join(folder, 'trials.ndjson');
  await writeWhole(log, []);
  const done: Trial[] = [];
  const run = compare(data, competitors, engines(competitors[0]!.config), {
    trials,
    seed: options.seed ?? 0,
    memory: () => process.memoryUsage().rss,
    signal,
    onSweep: tell.sweep,
  });
  for await (const trial of run) {
    done.push(trial);
    await appendFile(log, `${JSON.stringify(trial)}\n`);
    tell.trial(trial, data.train.task);
  }
  if (done.length === 0) {
    process.stderr.write('Interrupted before the first trial was done: there is nothing to compare.\n');
    process.exitCode = 130;
    return;
  }
  const target = targetOf(competitors, done);
  const summaries = competitors
    .filter(({ name }) => done.some((trial) => trial.name === name))
    .map(({ name }) => summarise(name, done, target));
  await writeWhole(join(folder, 'comparison.json'), [
    `${JSON.stringify({ version, source, target, competitors, summaries }, null, 2)}\n`,
  ]);
  await writeWhole(join(folder, 'report.html'), [
    await renderComparison(comparisonReport({ ...contest, competitors }, done, summaries, target)),
  ]);
  tell.end({
    competitors,
    summaries,
    target,
    task: data.train.task,
    folder,
    interrupted: signal.aborted,
  });
  if (signal.aborted) process.exitCode = 130;
}

/** The best mean test score of the solvers with a learning rate; undefined without one. */
function targetOf(competitors: readonly Competitor[], done: readonly Trial[]): number | undefined {
  const scores = competitors
    .filter(({ config }) => config.rate !== undefined)
    .map(({ name }) => summarise(name, done, undefined).test.mean)
    .filter(Number.isFinite);
  return scores.length === 0 ? undefined : Math.max(...scores);
}
