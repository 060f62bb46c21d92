import type { Chart } from './charts/chart.ts';
import { type Html, html, trusted } from './html.ts';

/** Ready for a page. Vega is loaded only here and only now: it takes half a second. */
export async function renderSvgs(charts: readonly Chart[]): Promise<readonly Html[]> {
  if (charts.length === 0) return [];
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const draw = async ({ spec, title }: Chart): Promise<Html> => {
    const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
    return inline(await view.toSVG(), title);
  };
  return Promise.all(charts.map(draw));
}

/** Its container decides the size, and one label stands for it where a screen is read aloud. */
function inline(svg: string, label: string): Html {
  const viewBox = /viewBox="[-\d. ]+"/.exec(svg)![0];
  const body = svg.slice(svg.indexOf('>') + 1).replace(/<[^>]*>/g, slimmer);
  return html`<svg ${trusted(viewBox)} role="img" aria-label="${label}">${trusted(body)}`;
}

/** Three hundred sweeps of twenty lines: digits and attributes that nobody sees would be most of the page. */
function slimmer(tag: string): string {
  return tag.replace(/(\.\d\d)\d+/g, '$1').replace(/ (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"/g, '');
}
