import { Field, Select } from "@/ui/field";
import { OPTIMIZER_TITLES } from "@/ui/training-words";
import type { Draft, DraftReading, TrainingChoices } from "./draft";
import { NumberInput, type NumberFieldText } from "./number-input";

interface MoreChoicesProps {
  readonly draft: Draft;
  readonly defaults: TrainingChoices;
  readonly errors: DraftReading["errors"];
  readonly onChange: (change: Partial<Draft>) => void;
}

const OPTIMIZER_HINTS: Record<TrainingChoices["optimizer"], string> = {
  adamw: "Right for most models; keeps two numbers a weight.",
  sgd: "The classic for image models; keeps one number a weight.",
  lion: "Sign of the momentum; wants a rate 3 to 10 times smaller.",
  adafactor: "Little memory: a row and a column for each matrix.",
};

const NUMBERS: readonly NumberFieldText[] = [
  { id: "clipNorm", label: "Clip the gradient's norm", hint: "Steadies transformers and LSTMs; 0 is off." },
  { id: "averageDecay", label: "Average of the weights", hint: "Delivered in their place; 0.999 is usual, 0 is off." },
  { id: "accumulationSteps", label: "Parts of a batch", hint: "More parts need less memory.", suffix: "parts" },
];
const LABEL_SMOOTHING: NumberFieldText = {
  id: "labelSmoothing",
  label: "Label smoothing",
  hint: "In training only; 0.1 is usual, 0 is off.",
};
const MOMENTUM: NumberFieldText = { id: "momentum", label: "Momentum", hint: "Nesterov; 0 is plain SGD." };

/** What most jobs leave as it is. */
export function MoreChoices({ draft, defaults, errors, onChange }: MoreChoicesProps) {
  const optimizer = draft.lists.optimizer ?? defaults.optimizer;
  const hasClasses = draft.source !== "own" || draft.loss === "crossEntropy" || draft.loss === "nextToken";
  const numbers = [...(optimizer === "sgd" ? [MOMENTUM] : []), ...NUMBERS, ...(hasClasses ? [LABEL_SMOOTHING] : [])];
  const wrong = numbers.some(({ id }) => errors[id] !== undefined);
  return (
    <details className="group mt-4 border-t pt-3" open={wrong ? true : undefined}>
      <summary className="cursor-pointer text-sm font-medium">Optimizer, clipping and more</summary>
      <div className="mt-3 grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        <Field label="Optimizer" hint={OPTIMIZER_HINTS[optimizer]}>
          {(control) => (
            <Select
              {...control}
              value={optimizer}
              onChange={(event) =>
                onChange({ lists: { ...draft.lists, optimizer: event.target.value as TrainingChoices["optimizer"] } })
              }
            >
              {Object.entries(OPTIMIZER_TITLES).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Weight decay pulls" hint="Biases and norms usually train better without.">
          {(control) => (
            <Select
              {...control}
              value={draft.lists.weightDecayOn ?? defaults.weightDecayOn}
              onChange={(event) =>
                onChange({
                  lists: { ...draft.lists, weightDecayOn: event.target.value as TrainingChoices["weightDecayOn"] },
                })
              }
            >
              <option value="all">All weights</option>
              <option value="matrices">Only matrices</option>
            </Select>
          )}
        </Field>
        {numbers.map((text) => (
          <NumberInput
            key={text.id}
            text={text}
            draft={draft}
            placeholder={defaults[text.id]}
            error={errors[text.id] ?? null}
            onChange={onChange}
          />
        ))}
      </div>
    </details>
  );
}
