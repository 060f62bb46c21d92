import { type Html, html, trusted } from './html.ts';

/** Blocks carry their layer as a number: `U1`, `W12`. A longer word that ends in a digit (`l1`, `tanh2`) is no block. */
const BLOCK = /(?<![A-Za-z\d])([A-Zbuvw])(\d+)(?![A-Za-z\d])/g;

/** The name of a term or block with its layer numbers as subscripts. */
export function notation(name: string): Html {
  return subscripted(name, (layer) => String(layer));
}

/** The layer that a name speaks of first, absent when it names none. */
export function layerOf(name: string): number | undefined {
  const [block] = name.matchAll(BLOCK);
  return block === undefined ? undefined : Number(block[2]);
}

/** What names that differ only in their layer have in common: `U3 = W3 V2` becomes `Uᵢ = Wᵢ Vᵢ₋₁`. */
export function family(name: string): Html {
  const first = layerOf(name) ?? 0;
  return subscripted(name, (layer) => {
    const offset = layer - first;
    if (offset === 0) return 'i';
    return offset < 0 ? `i−${-offset}` : `i+${offset}`;
  });
}

function subscripted(name: string, index: (layer: number) => string): Html {
  const escaped = html`${name}`.markup;
  return trusted(
    escaped.replace(
      BLOCK,
      (_, letter: string, layer: string) => `${letter}<sub>${index(Number(layer))}</sub>`,
    ),
  );
}
