// Learns a curve from noisy points. Run it with: npx tsx examples/regression.ts
import { fit, tableDataset } from '../src/index.ts';
import { nodeEngine } from '../src/node.ts';

const rows = Array.from({ length: 400 }, (_, i) => {
  const x = (i / 400) * 6 - 3;
  return `${x},${Math.abs(x) + 0.05 * Math.sin(97 * i)}`;
});
const data = tableDataset(['x,y', ...rows].join('\n'), 'curve', { target: 'y' });
const engine = nodeEngine();
const { scores, status } = await fit(data, { engine, hidden: [30], sweeps: 200 });
console.log(status.sentence);
console.log(`R2 on the training points: ${scores.train!.toFixed(3)}`);
await engine.dispose();
