import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdx } from '../data/helpers.ts';
import { draw } from '../oracle/draw.ts';

/** Forty flowers of two kinds that two columns tell apart. */
export function flowersCsv(): string {
  const random = draw(1);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const kind = i % 2 === 0 ? 'rose' : 'tulip';
    const centre = kind === 'rose' ? 5 : 8;
    return [random.uniform(centre - 1, centre + 1).toFixed(3), random.uniform(-100, 100).toFixed(1), kind];
  });
  return text([['length', 'height', 'kind'], ...rows]);
}

/** Forty houses whose price is nearly linear. */
export function housesCsv(): string {
  const random = draw(2);
  const rows = Array.from({ length: 40 }, () => {
    const [area, age] = [random.uniform(50, 200), random.uniform(0, 100)];
    return [area.toFixed(1), age.toFixed(1), (1000 * area - 300 * age + random.uniform(-50, 50)).toFixed(2)];
  });
  return text([['area', 'age', 'price'], ...rows]);
}

function text(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(',')}\n`).join('');
}

/** A folder of images of 3 x 3 pixels: a bright row tells the class. */
export function writeImages(folder: string, counts: { readonly train: number; readonly test: number }): void {
  mkdirSync(folder, { recursive: true });
  for (const [set, count] of [
    ['train', counts.train],
    ['t10k', counts.test],
  ] as const) {
    const random = draw(count);
    const labels = Array.from({ length: count }, (_, i) => i % 3);
    const pixels = labels.flatMap((label) =>
      Array.from({ length: 9 }, (_, k) =>
        Math.round(random.uniform(0, 60) + (Math.floor(k / 3) === label ? 180 : 0)),
      ),
    );
    writeFileSync(join(folder, `${set}-images-idx3-ubyte`), encodeIdx([count, 3, 3], pixels));
    writeFileSync(join(folder, `${set}-labels-idx1-ubyte`), encodeIdx([count], labels));
  }
}
