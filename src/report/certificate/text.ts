import type { SweepRecord } from '../../solve/record.ts';
import { type Html, html } from '../html.ts';
import { descentText } from './descent.ts';
import { innerText } from './inner.ts';
import { residualText } from './residual.ts';

/** What theory promised of the run, and what the run did. */
export function certificateText(records: readonly SweepRecord[]): Html {
  const swept = records.filter(({ sweep }) => sweep > 0);
  if (swept.length === 0) return html`<p>No sweep was completed, so there is nothing to certify.</p>`;
  const parts = [descentText(swept), innerText(swept), residualText(swept)].filter(
    (part) => part !== undefined,
  );
  return parts.length > 0 ? html`${parts}` : html`<p>No certificates were recorded for this run.</p>`;
}
