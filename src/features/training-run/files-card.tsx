import { Download } from "lucide-react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Hash } from "@/ui/hash";
import { Bytes } from "@/ui/quantity";
import type { Job } from "./types";

const WORDS = {
  model: { title: "Trained model", note: "ONNX, ready for inference" },
  checkpoint: { title: "Checkpoint", note: "safetensors: all that was trained, with the optimizer’s state" },
  receipt: { title: "Receipt", note: "proof that anyone can recheck" },
} as const;

/** What the buyer gets: there once everything is verified, and said until then. */
export function FilesCard({ job }: { job: Job }) {
  if (job.deliverables.length === 0)
    return (
      <Card title="Files">
        <p className="text-sm text-ink-soft">
          {job.endedAt === null
            ? "The trained model, the checkpoint and the receipt appear here when the last segment is verified."
            : "This job did not complete, so there is nothing to deliver."}
        </p>
      </Card>
    );
  return (
    <Card flush title="Files">
      <ul>
        {job.deliverables.map((file) => (
          <li key={file.kind} className="flex items-center justify-between gap-3 border-b px-4 py-3 last:border-b-0">
            <span className="min-w-0">
              <span className="block text-sm font-medium">{WORDS[file.kind].title}</span>
              <span className="block text-2xs text-ink-faint">
                {WORDS[file.kind].note}, <Bytes bytes={file.bytes} />
              </span>
              <Hash value={file.hash} name={`${WORDS[file.kind].title} hash`} />
            </span>
            <Button asChild size="small" variant={file.kind === "model" ? "primary" : "secondary"}>
              <a href={`/api/jobs/${job.id}/files/${file.kind}`} download={file.fileName}>
                <Download className="size-3.5" aria-hidden="true" />
                Download
              </a>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
