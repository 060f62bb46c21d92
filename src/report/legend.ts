import { type Family, labelOf } from './families.ts';
import { type Html, html } from './html.ts';

export interface LineKey {
  readonly name: string;
  readonly colour: string;
  readonly line?: 'solid' | 'dashed' | 'dotted';
}

export interface SymbolKey {
  readonly name: string;
  readonly colour: string;
  readonly symbol: '○' | '▽';
}

/** Legends are HTML rather than part of the drawing: they wrap, and stay readable on a small screen. */
export function legend(keys: readonly (LineKey | SymbolKey)[]): Html {
  return html`<ul class="legend">${keys.map((key) => html`<li>${swatch(key)}${key.name}</li>`)}</ul>`;
}

/** One entry a family, its layers in order, so that thirty lines need no thirty names. */
export function familyLegend(families: readonly Family[]): Html {
  return html`<ul class="legend">${families.map((family) => html`${entry(family)}`)}</ul>`;
}

function entry(family: Family): Html {
  const [first, ...others] = family.members;
  if (others.length === 0) return html`<li>${swatch(first!)}${labelOf(family)}</li>`;
  const layers = family.members.map(
    (member) => html`<span class="layer">${swatch(member)}${member.layer}</span>`,
  );
  return html`<li class="family"><span>${labelOf(family)}</span><span>${layers}</span></li>`;
}

function swatch(key: LineKey | SymbolKey): Html {
  if ('symbol' in key) return html`<b style="color: ${key.colour}">${key.symbol}</b>`;
  return html`<i style="border-top: 2px ${key.line ?? 'solid'} ${key.colour}"></i>`;
}
