import type { SweepRecord } from '../../solve/record.ts';
import { type Html, html } from '../html.ts';
import { formatNumber } from '../numbers.ts';

/** How the blocks were solved that an iteration solves, in the last sweep that tells it. */
export function innerText(records: readonly SweepRecord[]): Html | undefined {
  const last = records.findLast(({ inner }) => inner !== undefined);
  if (last?.inner === undefined) return undefined;
  const blocks = Object.entries(last.inner).map(
    ([name, { rounds, residual }]) =>
      `${name} took ${formatNumber(rounds, 3)} rounds a sample and left a residual of ${formatNumber(residual)}`,
  );
  return html`<p><strong>Inner iterations.</strong> In sweep ${last.sweep} ${blocks.join('; ')}.</p>`;
}
