import { Command } from 'commander';
import { hashEncodeCommand } from './hashEncode.ts';
import { hashEvaluateCommand } from './hashEvaluate.ts';
import { hashSearchCommand } from './hashSearch.ts';
import { hashTrainCommand } from './hashTrain.ts';

/** Supervised hashing (ZB 3.3.2): binary codes by which samples of the same class are found. */
export function hashCommand(): Command {
  const command = new Command('hash').description(
    'learn binary codes, encode samples, search by Hamming distance and measure how well that works',
  );
  for (const one of [hashTrainCommand(), hashEncodeCommand(), hashSearchCommand(), hashEvaluateCommand()])
    command.addCommand(one);
  return command;
}
