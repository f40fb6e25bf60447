import { z } from "zod";
import { LossKind, TrainingChoices } from "./inputs";
import type { JobRecord } from "./store/jobs";

const JobChoices = z.object({ training: TrainingChoices, loss: LossKind });

/** How a posted job trains and what it minimises, as its quote keeps it. */
export type JobChoices = z.infer<typeof JobChoices>;

/** Reads the choices that a job was posted with. */
export function jobChoices({ quote }: Pick<JobRecord, "quote">): JobChoices {
  return JobChoices.parse(quote);
}
