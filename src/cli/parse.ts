import { InvalidArgumentError } from 'commander';

/** More layers than this are a slip of the keyboard. */
const mostLayers = 10_000;

/** `1500,1500,10` or `600x10,300`: numbers and repeated numbers. */
export function widths(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const found = /^\s*([1-9]\d*)(?:x([1-9]\d*))?\s*$/.exec(part);
    if (found === null)
      throw new InvalidArgumentError(`"${part}" is not a width such as 300, nor several such as 300x2.`);
    const times = Number(found[2] ?? 1);
    if (times > mostLayers) throw new InvalidArgumentError(`"${part}" is more than ${mostLayers} layers.`);
    return new Array<number>(times).fill(Number(found[1]));
  });
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`"${text}" is not a number.`);
  return value;
}

/** `auto,adam,sgd(0.01)`. */
export function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

export function numbers(text: string): number[] {
  return text.split(',').map(number);
}

/** `5`, or `V=5,U=5,W=1000` for each kind of block; one number for all layers, or one a layer as in `V=5,U=5,W=5,1,1`. */
export function alpha(text: string): { V: number[]; U: number[]; W: number[] } {
  if (!text.includes('=')) return { V: numbers(text), U: numbers(text), W: numbers(text) };
  const parts = text.split(/,(?=\s*[VUW]\s*=)/).map((part) => /^\s*([VUW])\s*=([^=]*)$/.exec(part));
  const given = new Map(parts.map((found) => [found?.[1], found?.[2]]));
  if (parts.length !== 3 || !['V', 'U', 'W'].every((kind) => given.has(kind)))
    throw new InvalidArgumentError(`"${text}" is neither one number nor all of V=…,U=…,W=….`);
  return { V: numbers(given.get('V')!), U: numbers(given.get('U')!), W: numbers(given.get('W')!) };
}

/** `squaredL2:0.1`: a regularizer and its weight, which is 1 where none is given, as for constraints such as `box(0,1)`. */
export function weighted(text: string): { term: string; weight: number } {
  const [term, weight = '1', ...rest] = text.split(':');
  if (!term || rest.length > 0)
    throw new InvalidArgumentError(`"${text}" is not a regularizer and a weight, such as squaredL2:0.1.`);
  return { term, weight: number(weight) };
}

/** `90`, `90s`, `3m`, `1.5h`: seconds. */
export function duration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text.trim());
  if (found === null) throw new InvalidArgumentError(`"${text}" is not a time such as 90s, 3m or 1h.`);
  return Number(found[1]) * { s: 1, m: 60, h: 3600 }[(found[2] ?? 's') as 's' | 'm' | 'h'];
}
