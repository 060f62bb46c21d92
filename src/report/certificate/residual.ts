import type { SweepRecord } from '../../solve/record.ts';
import { type Html, html } from '../html.ts';
import { counted, formatCell, formatNumber } from '../numbers.ts';
import { table } from '../table.ts';

interface Measured {
  readonly sweep: number;
  readonly distance: number;
}

interface Bounded extends Measured {
  readonly bound: number;
}

export function residualText(records: readonly SweepRecord[]): Html | undefined {
  const measured = records.flatMap(({ sweep, residual }) =>
    residual === undefined ? [] : [{ sweep, ...residual }],
  );
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const bounded = measured.flatMap(({ sweep, distance, bound }) =>
    bound === undefined ? [] : [{ sweep, distance, bound }],
  );
  const exceeded = bounded.filter(({ distance, bound }) => !(distance <= bound));
  return html`<p><strong>Residual.</strong> ${distanceText(first, last)} ${boundText(bounded, exceeded.length)}
${last.runningMean === undefined ? undefined : html`The mean of its square over all sweeps is ${formatNumber(last.runningMean)}.`}</p>
${exceeded.length > 0 ? excessTable(exceeded) : undefined}`;
}

function distanceText(first: Measured, last: Measured): Html {
  const at = (one: Measured): Html => html`${formatNumber(one.distance)} at sweep ${one.sweep}`;
  const what = html`The distance of 0 to the subdifferential of the objective`;
  return first === last
    ? html`${what} was ${at(last)}.`
    : html`${what} went from ${at(first)} to ${at(last)}.`;
}

function boundText(bounded: readonly Bounded[], exceeded: number): Html | undefined {
  if (bounded.length === 0) return undefined;
  const total = bounded.length;
  const verdict =
    exceeded > 0
      ? `was exceeded at ${exceeded} of ${counted(total, 'sweep')}`
      : `was kept at ${total === 1 ? 'the only sweep' : `all ${total} sweeps`}`;
  return html`Its bound b̄‖P<sup>k</sup> − P<sup>k−1</sup>‖ ${verdict}${exceeded > 0 ? undefined : closestText(bounded)}.`;
}

function closestText(bounded: readonly Bounded[]): string | undefined {
  const shares = bounded
    .map(({ sweep, distance, bound }) => ({ sweep, share: distance / bound }))
    .filter(({ share }) => Number.isFinite(share));
  const closest = shares.toSorted((one, other) => other.share - one.share)[0];
  return (
    closest &&
    `, and came no nearer than ${formatNumber(100 * closest.share, 2)} % of it (sweep ${closest.sweep})`
  );
}

function excessTable(exceeded: readonly Bounded[]): Html {
  return table(exceeded, [
    { head: 'exceeded at sweep', cell: ({ sweep }) => String(sweep) },
    { head: 'residual', cell: ({ distance }) => formatCell(distance) },
    { head: 'bound', cell: ({ bound }) => formatCell(bound) },
  ]);
}
