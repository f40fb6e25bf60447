/** What people call the ways to train, wherever they are chosen or shown. */
export const ENGINE_TITLES = { native: "Native", exact: "Exact" } as const;

export const OPTIMIZER_TITLES = {
  adamw: "AdamW",
  sgd: "SGD with momentum",
  lion: "Lion",
  adafactor: "Adafactor",
} as const;

export const SCHEDULE_TITLES = {
  cosine: "Cosine to zero",
  linear: "Linear to zero",
  constant: "Constant",
} as const;

export const LOSS_TITLES = {
  crossEntropy: "Cross-entropy (classes)",
  nextToken: "Next token (language)",
  binaryCrossEntropy: "Binary cross-entropy (yes or no)",
  meanSquaredError: "Mean squared error (numbers)",
  meanAbsoluteError: "Mean absolute error (numbers)",
  huber: "Huber (numbers with outliers)",
  distillation: "Distillation (a teacher’s logits)",
} as const;
