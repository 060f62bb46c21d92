import { Command } from 'commander';
import { baselines } from '../../baselines/index.ts';
import { classifiers } from '../../classify/index.ts';
import { presets } from '../../estimator/presets.ts';
import { auto } from '../../estimator/trainers.ts';
import { initialisations } from '../../models/initialise.ts';
import { activations } from '../../problem/activations/index.ts';
import { losses } from '../../problem/losses/index.ts';
import { memberUsage } from '../../problem/named.ts';
import { regularizers } from '../../problem/regularizers/index.ts';
import type { Family, Term } from '../../problem/term.ts';
import { type Method, methods } from '../../splitting/index.ts';
import { proxLinear } from '../../splitting/proxLinear.ts';
import { threeSplitting } from '../../splitting/threeSplitting.ts';

/** A name and the lines that say what it stands for. */
type Entry = readonly [name: string, ...lines: string[]];

export function methodsCommand(): Command {
  return new Command('methods')
    .description(
      'list the methods with their defaults, the terms that they work with, first weights and presets',
    )
    .action(() => {
      process.stdout.write(
        [
          section('methods: --method', [
            [
              auto,
              `${proxLinear.name}, or ${threeSplitting.name} where a certificate, an order or a state regularizer is asked for`,
            ],
            ...methods.map(methodEntry),
          ]),
          section('gradient solvers to compare with: --method', baselines.map(methodEntry)),
          section('losses: --loss', losses.map(termEntry)),
          section('activations: --activation', activations.map(termEntry)),
          section('regularizers: --weight-regularizer, --state-regularizer', regularizers.map(termEntry)),
          section(
            'first weights: --init',
            Object.entries(initialisations).map(([name, { formula }]) => [name, formula]),
          ),
          section(
            'classifiers of the last hidden features: --classifier',
            classifiers.map(({ name, formula, choice, reference }) => [
              name,
              formula,
              `C: ${choice}, or --classifier-c`,
              reference,
            ]),
          ),
          section(
            'presets: --preset',
            Object.entries(presets).map(([name, { reference, settings }]) => [
              name,
              reference,
              Object.entries(settings)
                .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
                .join(', '),
            ]),
          ),
        ].join('\n'),
      );
    });
}

function methodEntry({ name, title, reference, defaults }: Method): Entry {
  const { hidden, loss, penalties, smoothing, init, sweeps, batch, rate } = defaults;
  const { gamma, alpha } = penalties(hidden.length + 1);
  const weights = rate === undefined ? `gamma ${gamma}, alpha ${alpha.W}` : `rate ${rate}`;
  const facts = [
    `hidden ${hidden}`,
    `loss ${loss.classification}${smoothing > 0 ? ` with smoothing ${smoothing}` : ''}`,
    weights,
    ...(batch === undefined ? [] : [`batch ${batch}`]),
    `init ${init}`,
    `${sweeps} sweeps`,
  ];
  return [name, title, reference, `defaults: ${facts.join('; ')}`];
}

function termEntry({ family, ...term }: Term & { readonly family?: Family<Term> }): Entry {
  const members = family ? [`${memberUsage({ ...term, family })}: ${family.admissible}`] : [];
  return [term.name, term.formula, ...members, term.reference];
}

function section(title: string, entries: readonly Entry[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.flatMap(([name, ...about]) =>
    about.map((line, i) => `  ${(i === 0 ? name : '').padEnd(width)}  ${line}`),
  );
  return `${title}\n${lines.join('\n')}\n`;
}
