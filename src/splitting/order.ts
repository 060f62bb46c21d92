import { UserError } from '../algebra/errors.ts';
import type { Block } from './blocks/block.ts';

/**
 * The blocks in the order that the user asks for (ZLLY Remark 2: any deterministic order keeps the theorems).
 *
 * @param order `backward` (the method's own), `forward` (first layer first), `statesFirst` (all states backward, then all
 *   weights), or the names of all blocks, such as
 *   `V2 U2 W2 V1 U1 W1`, each exactly once.
 */
export function orderBlocks(blocks: readonly Block[], order: string): readonly Block[] {
  if (order === 'backward') return blocks;
  if (order === 'statesFirst')
    return blocks.toSorted((a, b) => Number(a.kind === 'weights') - Number(b.kind === 'weights'));
  if (order === 'forward') return blocks.toSorted((a, b) => layerOf(a) - layerOf(b));
  const names = order.split(/[\s,]+/).filter((name) => name !== '');
  const ordered = names.map((name) => blocks.find((block) => block.name === name));
  if (new Set(names).size !== blocks.length || names.length !== blocks.length || ordered.includes(undefined))
    throw new UserError(
      `The order "${order}" must be "backward", "forward", "statesFirst" or name each block once: ${blocks.map(({ name }) => name).join(' ')}.`,
    );
  return ordered as Block[];
}

const layerOf = (block: Block): number => Number(block.name.slice(1));
