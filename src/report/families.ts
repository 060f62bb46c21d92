import type { Html } from './html.ts';
import { family, layerOf, notation } from './notation.ts';

/** Names that differ only in their layer; they share a hue that changes with depth. */
export interface Family {
  readonly label: Html;
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly layer: number | undefined;
  readonly colour: string;
}

/** How many `--ramp` pairs the stylesheet defines. */
const RAMPS = 6;

/** A block has the same hue in every chart. */
const RAMP_OF: Readonly<Record<string, number>> = { U: 1, V: 2, W: 3 };

export function families(names: readonly string[]): readonly Family[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = family(name).markup;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const ramps = rampsOf([...groups.keys()]);
  return [...groups.values()].map((group, position) => familyOf(group, ramps[position]!));
}

/** The family by its name, or its only member by its own. */
export function labelOf({ label, members }: Family): Html {
  return members.length === 1 ? notation(members[0]!.name) : label;
}

function familyOf(names: readonly string[], ramp: number): Family {
  const sorted = names.toSorted((one, other) => (layerOf(one) ?? 0) - (layerOf(other) ?? 0));
  const members = sorted.map((name, rank) => {
    const depth = Math.round((100 * rank) / Math.max(1, sorted.length - 1));
    const colour = `color-mix(in oklab, var(--ramp${ramp}-first), var(--ramp${ramp}-last) ${depth}%)`;
    return { name, layer: layerOf(name), colour };
  });
  return { label: family(sorted[0]!), members };
}

function rampsOf(keys: readonly string[]): readonly number[] {
  const preferred = keys.map((key) => RAMP_OF[key.charAt(0)]);
  const free = Array.from({ length: RAMPS }, (_, ramp) => ramp).filter((ramp) => !preferred.includes(ramp));
  return preferred.map((ramp, position) => {
    if (ramp !== undefined && preferred.indexOf(ramp) === position) return ramp;
    free.push(free[0]!);
    return free.shift()!;
  });
}
