import { type Fragment, type Html, html } from './html.ts';

export interface Column<Row> {
  readonly head: Fragment;
  readonly cell: (row: Row) => Fragment;
}

/** A column without a single cell is left out. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Html {
  const filled = columns.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const heads = filled.map(({ head }) => html`<th scope="col">${head}</th>`);
  const body = rows.map((row) => html`<tr>${filled.map(({ cell }) => html`<td>${cell(row)}</td>`)}</tr>\n`);
  return html`<div class="scroll"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}
