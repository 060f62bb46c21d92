import { certificateText } from './certificate/text.ts';
import type { Chart } from './charts/chart.ts';
import type { Report } from './contract.ts';
import { findings } from './findings.ts';
import { type Headline, headlines } from './headline.ts';
import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';
import { sweepTable } from './sweepTable.ts';

export function page(report: Report, charts: readonly Chart[], drawings: readonly Html[]): Html {
  const { title, status, facts, records } = report;
  const figures = charts.map((chart, position) => figure(chart, drawings[position]!));
  return document(
    title,
    html`<header>
<h1>${title}</h1>
<p class="status"><strong>${status.name}</strong> ${status.sentence}</p>
${findings(records).map((sentence) => html`<p class="finding">${sentence}</p>\n`)}</header>
<dl class="headlines">
${headlines(records).map(headline)}</dl>
${facts.length > 0 ? factTable(facts) : undefined}
${figures.length > 0 ? html`<section class="figures">\n${figures}</section>` : undefined}
${certificate(records)}
<details>
<summary>Every sweep in numbers</summary>
${sweepTable(records)}
</details>`,
  );
}

/** Absent where no sweep has a guarantee, as on mini-batches. */
function certificate(records: Report['records']): Html | undefined {
  if (records.length > 1 && records.every(({ descent, residual }) => !descent && !residual)) return undefined;
  return html`<section class="certificate">
<h2>Certificate</h2>
${certificateText(records)}
</section>`;
}

/** A page around its content, with the style of all pages. */
export function document(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="ashlar">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

function headline({ label, value, note }: Headline): Html {
  return html`<div><dt>${label}</dt><dd>${value}${note && html` <small>${note}</small>`}</dd></div>\n`;
}

export function factTable(facts: Report['facts']): Html {
  const rows = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`);
  return html`<dl class="facts">
${rows}</dl>`;
}

export function figure({ title, caption, legend }: Chart, drawing: Html): Html {
  return html`<figure>
<figcaption><h2>${title}</h2><p>${caption}</p></figcaption>
${drawing}
${legend}
</figure>
`;
}
