import type { Method } from './method.ts';
import { threeSplitting } from './threeSplitting.ts';
import { twoSplitting } from './twoSplitting.ts';

/** The registered methods. Adding one is adding its file and its line here. */
export const methods: readonly Method[] = [threeSplitting, twoSplitting];
