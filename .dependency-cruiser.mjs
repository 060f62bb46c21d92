/**
 * Imports go one way only: algebra <- problem <- models <- splitting <- solve <- estimator <- cli, web.
 * The table says, for every room of src/, what it may import besides itself. An entry is a room (a folder of src/)
 * or, with a file extension, a pattern of files below src/. A new room is a new line here.
 */
const onnxFormat = 'engine/onnx/(graph|schema)[^/]*\\.ts';
const chain = ['algebra', 'problem', 'models', 'splitting', 'solve', 'estimator'];
const upTo = (room) => chain.slice(0, chain.indexOf(room) + 1);

const rooms = {
  algebra: [],
  engine: ['algebra'],
  distributed: ['algebra'],
  data: ['algebra'],
  problem: upTo('algebra'),
  models: [...upTo('problem'), onnxFormat],
  splitting: [...upTo('models'), 'distributed'],
  solve: [...upTo('splitting'), 'distributed'],
  baselines: [...upTo('splitting')],
  classify: ['algebra'],
  report: ['solve/(record|regime)\\.ts'],
  estimator: [...upTo('solve'), 'data', 'engine', 'report', 'distributed', 'baselines', 'classify'],
  cli: [...upTo('estimator'), 'data', 'engine', 'report', 'distributed', 'baselines', 'classify'],
  web: [...upTo('estimator'), 'data', 'engine', 'report', 'distributed', 'baselines', 'classify'],
};

/** The package entries; they re-export, and nothing imports them. */
const entries = ['src/index.ts', 'src/node.ts'];

/** The only places that may import `node:` modules. The core has none. */
const nodePlaces = [
  'src/data/node/',
  'src/engine/onnx/ortApi.ts',
  'src/engine/onnx/runtimeNode.ts',
  'src/cli/',
  'src/estimator/node/',
  'src/models/node/',
  'src/node.ts',
];

/** Each runtime has one file that imports it; in Node it is the library in onnxruntime-node, and koffi what calls it. */
const runtimes = {
  'onnxruntime-node': 'src/engine/onnx/ortApi.ts',
  koffi: 'src/engine/onnx/ortApi.ts',
  'onnxruntime-web': 'src/engine/onnx/runtimeWeb.ts',
};

/** A path, or a folder when it ends in a slash, as an anchored pattern; `\\.` and groups of a pattern are kept. */
const at = (place) => `^${place.replace(/(?<!\\)\.(?=ts$)/, '\\.')}${place.endsWith('/') ? '' : '$'}`;
const inSource = (room) => at(room.endsWith('.ts') ? `src/${room}` : `src/${room}/`);
const npm = (name) => `(^|node_modules/)${name}(/|$)`;

const oneWay = Object.entries(rooms).map(([room, seen]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import only itself${seen.length > 0 ? ` and ${seen.join(', ')}` : ''}.`,
  severity: 'error',
  from: { path: inSource(room) },
  to: { path: '^src/', pathNot: [room, ...seen].map(inSource) },
}));

const oneFileForEachRuntime = Object.entries(runtimes).map(([runtime, file]) => ({
  name: `only-one-file-imports-${runtime}`,
  comment: `Only ${file} may import ${runtime}.`,
  severity: 'error',
  from: { pathNot: at(file) },
  to: { path: npm(runtime) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...oneWay,
    {
      name: 'known-rooms',
      comment: 'Every file of src/ is an entry or belongs to a room of the table in .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...Object.keys(rooms).map(inSource), ...entries.map(at)] },
      to: {},
    },
    {
      name: 'nobody-imports-a-face',
      comment: 'cli and web are imported by nothing but themselves, their tests, the benchmarks and the scripts.',
      severity: 'error',
      from: { pathNot: ['^src/(cli|web)/', '^test/', '^(bench|scripts)/'] },
      to: { path: '^src/(cli|web)/' },
    },
    {
      name: 'nobody-imports-an-entry',
      comment: 'Inside src/, import the file that defines a thing, not the package entry that re-exports it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: entries.map(at) },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'Nothing outside test/ imports a test or its helpers.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'format-without-runtime',
      comment: 'The ONNX format is plain data: its files import no session and no runtime.',
      severity: 'error',
      from: { path: inSource(onnxFormat) },
      to: { path: '^src/engine/', pathNot: inSource(onnxFormat) },
    },
    ...oneFileForEachRuntime,
    {
      name: 'node-modules-in-node-places',
      comment: `Only these import node: modules: ${nodePlaces.join(', ')}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: nodePlaces.map(at) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-entry-is-pure',
      comment: 'Nothing that src/index.ts reaches may need Node: export it from src/node.ts instead.',
      severity: 'error',
      from: { path: at('src/index.ts') },
      to: { path: [...nodePlaces, ...Object.values(runtimes)].map(at), reachable: true },
    },
    {
      name: 'no-cycles',
      comment: 'Modules do not import each other in a circle, not even for their types.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-packages',
      comment: 'src/ imports only packages listed under dependencies in package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|runs|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
