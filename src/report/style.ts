const LIGHT = `
  --paper: #fdfcfa; --ink: #23211e; --muted: #6d6861; --rule: #d5cfc6; --grid: #ebe7e0; --panel: #f5f2ec;
  --first: #24557f; --second: #b4532c; --third: #3d7550; --warn: #a87b12; --alarm: #b3261e;
  --ramp0-first: #b4532c; --ramp0-last: #dfa27f;
  --ramp1-first: #123f80; --ramp1-last: #7dbbe6;
  --ramp2-first: #135f2c; --ramp2-last: #9ac979;
  --ramp3-first: #55228c; --ramp3-last: #c3a3e0;
  --ramp4-first: #7d5a0b; --ramp4-last: #d8b551;
  --ramp5-first: #4b4843; --ramp5-last: #b0aaa1;`;

const DARK = `
  --paper: #191816; --ink: #ece8e1; --muted: #a19b91; --rule: #4a4640; --grid: #2d2a27; --panel: #23211e;
  --first: #7ab3de; --second: #e5936a; --third: #86c198; --warn: #dfb44a; --alarm: #f2776c;
  --ramp0-first: #eda27d; --ramp0-last: #93492a;
  --ramp1-first: #b5dcf7; --ramp1-last: #2f6c9c;
  --ramp2-first: #c3e6ad; --ramp2-last: #3b7a50;
  --ramp3-first: #dcc6f2; --ramp3-last: #7c51a8;
  --ramp4-first: #f1d78c; --ramp4-last: #93701d;
  --ramp5-first: #d8d2c8; --ramp5-last: #75706a;`;

/** Print keeps the light colours whatever the screen has. */
export const STYLE: string = `
:root {${LIGHT}
  color-scheme: light;
}
@media screen and (prefers-color-scheme: dark) {
:root {${DARK}
  color-scheme: dark;
}
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 70rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
h1, h2 { font-family: Charter, "Iowan Old Style", Palatino, Georgia, "Liberation Serif", serif; font-weight: 600; line-height: 1.2; }
h1 { margin: 0; font-size: 2.1rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.2rem; }
p { margin: 0; }
var { font-family: Georgia, "Liberation Serif", serif; }
sub, sup { line-height: 0; font-size: 0.75em; }
.status { margin-top: 0.6rem; max-width: 46rem; }
.status strong { display: inline-block; margin-right: 0.35rem; }
.status strong::first-letter { text-transform: uppercase; }
.finding { margin-top: 0.75rem; max-width: 46rem; padding: 0.5rem 0.8rem; border-left: 3px solid var(--alarm); background: var(--panel); }
dl, dd { margin: 0; }
.headlines { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 2rem 0 1.75rem; padding: 1.1rem 0; border-block: 1px solid var(--rule); }
.headlines dt, .facts dt { color: var(--muted); font-size: 0.85rem; }
.headlines dd { font-size: 1.6rem; line-height: 1.25; white-space: nowrap; }
.headlines small { display: block; color: var(--muted); font-size: 0.85rem; }
.facts { columns: 2 22rem; column-gap: 3rem; }
.facts div { display: flex; gap: 1rem; padding: 0.2rem 0; break-inside: avoid; font-size: 0.92rem; }
.facts dt { flex: 0 0 7rem; font-size: inherit; }
.facts dd { min-width: 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 0 3rem; margin-top: 3rem; }
figure { display: grid; grid-row: span 3; grid-template-rows: subgrid; row-gap: 0.5rem; margin: 0 0 2.5rem; min-width: 0; break-inside: avoid; }
figcaption p { color: var(--muted); font-size: 0.88rem; }
figure > * { min-width: 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; align-content: start; margin: 0; padding: 0; list-style: none; font-size: 0.84rem; }
.legend i { display: inline-block; width: 1.25rem; margin-right: 0.4rem; vertical-align: 0.25em; }
.legend b { margin-right: 0.4rem; }
.legend .family { display: flex; width: 100%; gap: 0.75rem; }
.family > span:first-child { flex: none; min-width: 5.5rem; }
.layer { display: inline-block; min-width: 2.2rem; }
.family i { width: 0.7rem; margin-right: 0.25rem; }
.certificate { margin-top: 2.5rem; }
.figures + .certificate { margin-top: 0.5rem; }
.certificate h2 { margin-bottom: 0.5rem; }
.certificate p { max-width: 46rem; }
.certificate p + p, .certificate div + p { margin-top: 0.75rem; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.84rem; white-space: nowrap; }
th, td { padding: 0.2rem 0.9rem; text-align: right; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child { padding-left: 0; }
th { color: var(--muted); font-weight: 500; border-color: var(--rule); }
.violated { color: var(--alarm); font-weight: 600; }
.rounding { color: var(--warn); }
details { margin-top: 2.5rem; }
summary { cursor: pointer; }
@media (max-width: 34rem) {
  main { padding-inline: 1rem; }
  svg text { font-size: 17px; }
}
@media print {
  @page { margin: 15mm; }
  html { font-size: 11px; }
  body { font-size: 1rem; }
  main { max-width: none; padding: 0; }
  .figures { grid-template-columns: 1fr 1fr; column-gap: 2rem; }
  svg text { font-size: 15px; }
}
`;
