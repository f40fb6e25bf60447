"use client";

import { parseUsd, type Micros } from "@/kernel/values/money";
import { Choice } from "@/ui/choice";
import { Field, TextInput } from "@/ui/field";

interface AmountFieldProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Common amounts to press. */
  readonly choices?: readonly string[];
  readonly problem?: string | null | undefined;
  readonly hint?: string;
}

const CENT = 10_000n;

/** An amount that banks can move, or null while the text is none. */
export function centsOf(text: string): Micros | null {
  const amount = parseUsd(text);
  return amount !== null && amount > 0n && amount % CENT === 0n ? amount : null;
}

/** An amount in dollars, typed or pressed. */
export function AmountField({ text, onText, choices = [], problem, hint }: AmountFieldProps) {
  const wrong = centsOf(text) === null ? "Write an amount such as 25 or 12.50." : (problem ?? undefined);
  return (
    <div className="space-y-3">
      {choices.length === 0 ? null : (
        <Choice
          label="Common amounts"
          options={choices.map((choice) => ({ id: choice, title: `$${choice}` }))}
          value={text}
          onValue={onText}
        />
      )}
      <Field label="Amount" error={wrong} hint={hint}>
        {(control) => (
          <TextInput
            {...control}
            inputMode="decimal"
            prefix="$"
            suffix="USD"
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
