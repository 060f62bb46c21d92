import { UserError } from '../algebra/errors.ts';
import type { Family, Term } from './term.ts';

type Registered = Term & { readonly family?: Family<Registered> };

/**
 * The registered term of this name, or the member of a family with these numbers: `relu`, `softplus(5)`, `box(-1,1)`.
 *
 * @param what the kind of term with its article, for the error.
 * @throws UserError when there is none, or when its numbers are not admissible.
 */
export function termNamed<Member extends Registered>(
  terms: readonly Member[],
  text: string,
  what: string,
): Member {
  const [, name, list] = /^\s*(\w+)\s*(?:\(([^()]*)\))?\s*$/.exec(text) ?? [];
  const term = terms.find((candidate) => candidate.name === name);
  if (term === undefined)
    throw new UserError(`"${text}" is not ${what}; there are ${terms.map(usage).join(', ')}.`);
  if (list === undefined) return term;
  const values = list.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const parameters = term.family?.parameters ?? [];
  const open = parameters.at(-1)?.endsWith('…') === true;
  const fits = open ? values.length >= parameters.length : values.length === parameters.length;
  if (term.family === undefined || !fits || !values.every(Number.isFinite))
    throw new UserError(`"${text}" is not understood: write ${usage(term)}, with finite numbers.`);
  // A family makes members of its own kind.
  return term.family.make(...values) as Member;
}

/** How the term is written: its name, and its parameters where it has some. */
export function usage(term: Registered): string {
  const members = memberUsage(term);
  return members === undefined ? term.name : `${term.name} or ${members}`;
}

/** How the members of a family are written: `box(lo,hi)`. */
export function memberUsage({ name, family }: Registered): string | undefined {
  return family && `${name}(${family.parameters.join(',')})`;
}
