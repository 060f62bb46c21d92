import type { UserConfig } from 'tsdown';

/** One module of dist/ for each module of src/: the entries share them, and stack traces read like the source. */
const config: UserConfig = {
  entry: ['src/index.ts', 'src/node.ts', 'src/cli/main.ts'],
  root: 'src',
  outDir: 'dist',
  format: 'esm',
  platform: 'node',
  fixedExtension: false,
  target: 'node20.19',
  unbundle: true,
  dts: true,
  // Packages stay imports: nothing of node_modules is copied into dist/.
  deps: { skipNodeModulesBundle: true },
  report: false,
  logLevel: 'warn',
  failOnWarn: true,
};

export default config;
