import { Field, Select } from "@/ui/field";
import { SCHEDULE_TITLES } from "@/ui/training-words";
import type { Draft, DraftReading, TrainingChoices } from "./draft";
import { NumberInput, type NumberFieldText } from "./number-input";

interface TrainingFieldsProps {
  readonly draft: Draft;
  /** What holds where the buyer chose nothing: shown in the empty field. */
  readonly defaults: TrainingChoices;
  readonly errors: DraftReading["errors"];
  readonly batchError: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

const FIELDS: readonly NumberFieldText[] = [
  {
    id: "totalSteps",
    label: "Steps in all",
    hint: "Optimizer updates; rounded up to whole segments.",
    suffix: "steps",
  },
  { id: "batchSize", label: "Batch size", hint: "Examples a step. More needs more memory.", suffix: "examples" },
  { id: "stepsPerSegment", label: "Segment length", hint: "Committed, audited and paid as one.", suffix: "steps" },
  { id: "learningRate", label: "Learning rate", hint: "Peak of the schedule." },
  { id: "weightDecay", label: "Weight decay", hint: "Pulls weights towards zero." },
  { id: "warmupSteps", label: "Warm-up", hint: "The rate rises; a tenth at most unless set.", suffix: "steps" },
];

/** How to train, as cells of a grid. Every field starts with a value that trains well; leaving it empty keeps that value. */
export function TrainingFields({ draft, defaults, errors, batchError, onChange }: TrainingFieldsProps) {
  return (
    <>
      {FIELDS.map((text) => (
        <NumberInput
          key={text.id}
          text={text}
          draft={draft}
          placeholder={defaults[text.id]}
          error={errors[text.id] ?? (text.id === "batchSize" ? batchError : null)}
          onChange={onChange}
        />
      ))}
      <Field label="Learning-rate schedule" hint="After the warm-up.">
        {(control) => (
          <Select
            {...control}
            value={draft.lists.schedule ?? defaults.schedule}
            onChange={(event) =>
              onChange({ lists: { ...draft.lists, schedule: event.target.value as TrainingChoices["schedule"] } })
            }
          >
            {Object.entries(SCHEDULE_TITLES).map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}
