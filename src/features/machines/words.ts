/** Execution providers as people know them. */
export const PROVIDER_WORDS: Readonly<Record<string, string>> = {
  cpu: "Processor (CPU)",
  webgpu: "GPU by WebGPU",
  cuda: "NVIDIA GPU by CUDA",
  wasm: "ONNX Runtime Web (WASM)",
};

export const SANDBOX_WORDS = {
  full: "own namespaces, no network",
  partial: "own process, limits only",
  none: "not isolated",
} as const;
