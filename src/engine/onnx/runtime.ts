import type { Tensor } from '../../algebra/tensor.ts';

/** The little that is asked of an ONNX runtime. One file a runtime implements it. */
export interface OnnxRuntime {
  readonly name: string;
  load(model: Uint8Array): Promise<OnnxSession>;
}

export interface OnnxSession {
  run(inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Promise<void>;
  dispose(): Promise<void>;
}
