/** What needs Node: files, named data sets, ONNX Runtime on the processor, rendered reports. */
export { openSource, type SourceOptions } from './data/node/sources.ts';
export { nodeRuntime } from './engine/onnx/runtimeNode.ts';
export { type CodeFile, readCodes, writeCodes } from './estimator/node/codeFile.ts';
export { writeWhole } from './estimator/node/files.ts';
export { nodeEngine } from './estimator/node/nodeEngine.ts';
export { renderReport } from './report/report.ts';
