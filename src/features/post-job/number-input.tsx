import { Field, TextInput } from "@/ui/field";
import type { Draft, NumberField } from "./draft";

/** A number of the form with the words around it. */
export interface NumberFieldText {
  readonly id: NumberField;
  readonly label: string;
  readonly hint: string;
  readonly suffix?: string;
}

interface NumberInputProps {
  readonly text: NumberFieldText;
  readonly draft: Draft;
  /** What holds while the field is empty. */
  readonly placeholder: number;
  readonly error: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}

export function NumberInput({ text, draft, placeholder, error, onChange }: NumberInputProps) {
  return (
    <Field label={text.label} hint={text.hint} error={error}>
      {(control) => (
        <TextInput
          {...control}
          inputMode="decimal"
          {...(text.suffix === undefined ? {} : { suffix: text.suffix })}
          placeholder={String(placeholder)}
          value={draft.numbers[text.id] ?? ""}
          onChange={(event) => onChange({ numbers: { ...draft.numbers, [text.id]: event.target.value } })}
        />
      )}
    </Field>
  );
}
