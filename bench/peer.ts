import { execFileSync } from 'node:child_process';

/** Seconds that another program prints as one JSON object a line; undefined where it cannot be run here. */
export function peerSeconds(command: string): number[] | undefined {
  let text: string;
  try {
    text = execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch {
    console.error(`The peer is left out: "${command}" did not run.`);
    return undefined;
  }
  return text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seconds: number }).seconds);
}
