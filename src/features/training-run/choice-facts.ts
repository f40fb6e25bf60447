import { whole } from "@/ui/format";
import { ENGINE_TITLES, LOSS_TITLES, OPTIMIZER_TITLES, SCHEDULE_TITLES } from "@/ui/training-words";
import type { Job } from "./types";

type Choices = Job["choices"];
type Training = Choices["training"];

/** How a job trains, in words: what stands out, and nothing that is switched off. */
export function choiceFacts({ training, loss }: Choices): { label: string; text: string }[] {
  const { labelSmoothing, clipNorm, averageDecay } = training;
  const smooths = labelSmoothing > 0 && (loss === "crossEntropy" || loss === "nextToken");
  const facts = [
    { label: "Engine", text: `${ENGINE_TITLES[training.engine]}: ${AUDITORS[training.engine]}` },
    { label: "Loss", text: `${LOSS_TITLES[loss]}${smooths ? `, labels smoothed by ${labelSmoothing}` : ""}` },
    { label: "What learns", text: learning(training.weights) },
    { label: "Optimizer", text: optimizer(training) },
    { label: "Learning rate", text: rate(training) },
    { label: "Batch size", text: batch(training) },
  ];
  if (training.weightDecay > 0) facts.push({ label: "Weight decay", text: decay(training) });
  if (clipNorm > 0) facts.push({ label: "Gradient", text: `clipped to a norm of ${clipNorm}` });
  if (averageDecay > 0)
    facts.push({ label: "Delivered weights", text: `their moving average with decay ${averageDecay}` });
  return facts;
}

const AUDITORS: Record<Training["engine"], string> = {
  native: "audited by machines of one kind",
  exact: "any machine can audit",
};

function learning(weights: Training["weights"]): string {
  switch (weights.kind) {
    case "all":
      return "All weights";
    case "frozen":
      return `All but ${weights.patterns.join(", ")}`;
    case "lora":
      return `Adapters of rank ${weights.rank}, alpha ${weights.alpha}, on ${weights.targets.join(", ")}`;
  }
}

function optimizer({ optimizer: kind, momentum }: Training): string {
  if (kind !== "sgd") return OPTIMIZER_TITLES[kind];
  return momentum === 0 ? "SGD" : `SGD with Nesterov momentum ${momentum}`;
}

function rate({ learningRate, schedule, warmupSteps }: Training): string {
  const warmUp = warmupSteps === 0 ? "" : `, after ${whole(warmupSteps)} steps of warm-up`;
  return `${learningRate}, ${SCHEDULE_TITLES[schedule].toLowerCase()}${warmUp}`;
}

function batch({ batchSize, accumulationSteps }: Training): string {
  return accumulationSteps === 1 ? whole(batchSize) : `${whole(batchSize)} in ${whole(accumulationSteps)} parts`;
}

function decay({ weightDecay, weightDecayOn }: Training): string {
  return weightDecayOn === "all" ? String(weightDecay) : `${weightDecay}, on matrices only`;
}
