import { FactRow } from "@/ui/card";
import { whole } from "@/ui/format";
import { Hash } from "@/ui/hash";
import { Flops } from "@/ui/quantity";
import { choiceFacts } from "./choice-facts";
import type { Job } from "./types";

/** What exactly is trained, and what pins it down. */
export function Specification({ job }: { job: Job }) {
  return (
    <dl className="divide-y px-4 py-1">
      <FactRow label="Model">{job.template === "own-model" ? "your own" : job.template}</FactRow>
      <FactRow label="Dataset">{job.dataset.name}</FactRow>
      {choiceFacts(job.choices).map(({ label, text }) => (
        <FactRow key={label} label={label}>
          {text}
        </FactRow>
      ))}
      <FactRow label="Steps">
        {whole(job.totalSteps)} in {whole(job.segmentCount)} segments of {whole(job.stepsPerSegment)}
      </FactRow>
      <FactRow label="Arithmetic per segment">
        <Flops flops={job.flopsPerSegment} />
      </FactRow>
      <FactRow label="Specification hash">
        <Hash value={job.specHash} name="specification hash" />
      </FactRow>
      <FactRow label="Draw key, committed at the start">
        <Hash value={job.drawKeyHash} name="draw key hash" />
      </FactRow>
      <FactRow label="Draw key, revealed">
        {job.drawKey === null ? "when the job ends" : <Hash value={job.drawKey} name="draw key" />}
      </FactRow>
    </dl>
  );
}
