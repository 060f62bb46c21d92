/** One hue a curve, in the order of the table. */
const colours = [
  '--ramp0-first',
  '--ramp1-first',
  '--ramp2-first',
  '--ramp3-first',
  '--ramp4-first',
  '--ramp5-first',
];

/** How the curve at a place of a list is drawn; dashed where the hues begin again. */
export function lineOf(position: number): { readonly colour: string; readonly line: 'solid' | 'dashed' } {
  return {
    colour: `var(${colours[position % colours.length]})`,
    line: position < colours.length ? 'solid' : 'dashed',
  };
}
