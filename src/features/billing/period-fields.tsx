"use client";

import { classNames } from "@/ui/class-names";
import { Field, Select, TextInput } from "@/ui/field";
import type { Asset } from "@/kernel/values/money";
import { monthBack, type DaySpan } from "./words";

interface PeriodFieldsProps {
  readonly now: Date;
  readonly span: DaySpan;
  readonly asset: Asset;
  readonly onChange: (next: { span: DaySpan; asset: Asset }) => void;
}

const PRESETS = [
  { title: "This month", back: 0 },
  { title: "Last month", back: 1 },
] as const;

/** A span of days and an asset: dollars and USDC are looked at one at a time, since they are never one sum. */
export function PeriodFields({ now, span, asset, onChange }: PeriodFieldsProps) {
  const wrong = span.from > span.to ? "The period ends before it begins." : undefined;
  return (
    <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr_1fr_1fr]">
      <div className="flex gap-1 pb-2 sm:pt-6" role="group" aria-label="Common periods">
        {PRESETS.map(({ title, back }) => {
          const preset = monthBack(now, back);
          const chosen = preset.from === span.from && preset.to === span.to;
          return (
            <button
              key={title}
              type="button"
              aria-pressed={chosen}
              onClick={() => onChange({ span: preset, asset })}
              className={classNames(
                "h-9 rounded-md border px-3 text-sm whitespace-nowrap",
                chosen ? "border-ink bg-sunken font-medium" : "hover:bg-sunken",
              )}
            >
              {title}
            </button>
          );
        })}
      </div>
      <Field label="From" hint="in UTC">
        {(control) => (
          <TextInput
            {...control}
            type="date"
            value={span.from}
            onChange={(event) => onChange({ span: { ...span, from: event.target.value }, asset })}
          />
        )}
      </Field>
      <Field label="To" hint="included" error={wrong}>
        {(control) => (
          <TextInput
            {...control}
            type="date"
            value={span.to}
            onChange={(event) => onChange({ span: { ...span, to: event.target.value }, asset })}
          />
        )}
      </Field>
      <Field label="Asset" hint="never one sum">
        {(control) => (
          <Select
            {...control}
            value={asset}
            onChange={(event) => onChange({ span, asset: event.target.value === "USDC" ? "USDC" : "USD" })}
          >
            <option value="USD">USD</option>
            <option value="USDC">USDC</option>
          </Select>
        )}
      </Field>
    </div>
  );
}

/** Whether a span can be asked for: both days are there and in order. */
export function isWhole({ from, to }: DaySpan): boolean {
  return from !== "" && to !== "" && from <= to;
}
