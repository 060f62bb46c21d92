// Watches the guarantees of the method sweep by sweep. Run it with: npx tsx examples/certificate.ts
import { fit, tableDataset } from '../src/index.ts';
import { nodeEngine } from '../src/node.ts';

const rows = Array.from({ length: 200 }, (_, i) => {
  const [angle, side] = [i / 8, i % 2];
  return `${Math.cos(angle) * (1 + side)},${Math.sin(angle) * (1 + side)},${side === 0 ? 'inner' : 'outer'}`;
});
const data = tableDataset(['x,y,ring', ...rows].join('\n'), 'rings', { target: 'ring' });
const engine = nodeEngine({ precision: 'float64' });
const { records } = await fit(data, { engine, hidden: [20, 20], sweeps: 20, certify: true });
for (const { sweep, objective, descent, residual } of records)
  console.log(
    `${sweep}\tL ${objective.toFixed(4)}\tdescent/a ${descent ? (descent.ratio / descent.a).toFixed(1) : '-'}` +
      `\tresidual ${residual!.distance.toExponential(2)} <= ${residual!.bound?.toExponential(2) ?? '-'}`,
  );
await engine.dispose();
