// Writes a formula as an ONNX graph, to be opened in a viewer such as Netron. Run it with: npx tsx examples/graph.ts
import { activations, graphOf } from '../src/index.ts';
import { writeWhole } from '../src/node.ts';

const relu = activations.find(({ name }) => name === 'relu')!;
const { bytes, outputs } = graphOf(
  {
    name: 'prox of relu',
    inputs: { a: ['n', 3], b: ['n', 3] },
    build: (o, { a, b }) => ({ u: relu.prox(o, a!, b!, 2) }),
  },
  'float32',
);
await writeWhole('prox-of-relu.onnx', [bytes]);
console.log(`prox-of-relu.onnx: ${bytes.length} bytes, output u [${outputs.u}]`);
