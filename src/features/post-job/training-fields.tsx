import { Field, Select, TextInput } from "@/ui/field";
import type { Draft, DraftReading, NumberField, TrainingChoices } from "./draft";

interface TrainingFieldsProps {
  readonly draft: Draft;
  /** What holds where the buyer chose nothing: shown in the empty field. */
  readonly defaults: TrainingChoices;
  readonly errors: DraftReading["errors"];
  readonly batchError: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

const FIELDS: readonly {
  readonly id: NumberField;
  readonly label: string;
  readonly hint: string;
  readonly suffix?: string;
}[] = [
  {
    id: "totalSteps",
    label: "Steps in all",
    hint: "Optimizer updates; rounded up to whole segments.",
    suffix: "steps",
  },
  { id: "batchSize", label: "Batch size", hint: "Examples a step. More needs more memory.", suffix: "examples" },
  { id: "stepsPerSegment", label: "Segment length", hint: "Committed, audited and paid as one.", suffix: "steps" },
  { id: "learningRate", label: "Learning rate", hint: "Peak of the schedule, for AdamW." },
  { id: "weightDecay", label: "Weight decay", hint: "Decoupled, as in AdamW." },
  { id: "warmupSteps", label: "Warm-up", hint: "Steps in which the rate rises.", suffix: "steps" },
];

/** How to train. Every field starts with a value that trains well; leaving it empty keeps that value. */
export function TrainingFields({ draft, defaults, errors, batchError, onChange }: TrainingFieldsProps) {
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
      {FIELDS.map((field) => (
        <Field
          key={field.id}
          label={field.label}
          hint={field.hint}
          error={errors[field.id] ?? (field.id === "batchSize" ? batchError : null)}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              {...(field.suffix === undefined ? {} : { suffix: field.suffix })}
              placeholder={String(defaults[field.id])}
              value={draft.numbers[field.id] ?? ""}
              onChange={(event) => onChange({ numbers: { ...draft.numbers, [field.id]: event.target.value } })}
            />
          )}
        </Field>
      ))}
      <Field label="Learning-rate schedule" hint="After the warm-up.">
        {(control) => (
          <Select
            {...control}
            value={draft.schedule ?? defaults.schedule}
            onChange={(event) => onChange({ schedule: event.target.value as TrainingChoices["schedule"] })}
          >
            <option value="cosine">Cosine to zero</option>
            <option value="linear">Linear to zero</option>
            <option value="constant">Constant</option>
          </Select>
        )}
      </Field>
    </div>
  );
}
