import { CopyButton } from "@/ui/copy-button";

const SNIPPET = `import torch

torch.onnx.export(
    model, (example_batch,), "model.onnx",
    input_names=["x"], output_names=["logits"],
    dynamic_axes={"x": {0: "batch"}, "logits": {0: "batch"}},
    training=torch.onnx.TrainingMode.TRAINING,  # keeps dropout and batch norm
    do_constant_folding=False, opset_version=17, dynamo=False,
)`;

/** How to get from PyTorch to a file that trains here. */
export function ExportHelp({ open }: { open: boolean }) {
  return (
    <details open={open} className="rounded-md border px-3 py-2 text-sm">
      <summary className="text-ink-soft">How to export from PyTorch</summary>
      <div className="mt-2 flex items-start gap-1 rounded-md bg-sunken p-3">
        <pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto font-mono text-xs leading-5">
          {SNIPPET}
        </pre>
        <CopyButton text={SNIPPET} label="Copy the export code" />
      </div>
      <p className="mt-2 text-xs text-ink-faint">
        Export the forward pass only: no loss, no optimizer. The first dimension is the batch. Weights must be inside
        the file, not beside it. Opsets 13 to 23 are read.
      </p>
    </details>
  );
}
