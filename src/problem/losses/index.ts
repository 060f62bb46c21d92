import type { Loss } from '../loss.ts';
import { hinge } from './hinge.ts';
import { squared } from './squared.ts';

/** The registered losses. Adding one is adding its file and its line here. */
export const losses: readonly Loss[] = [hinge, squared];
