import type { ReactNode } from "react";
import { classNames } from "@/ui/class-names";
import type { Draft, Template } from "./draft";

interface SourcePickerProps {
  readonly templates: readonly Template[];
  readonly source: Draft["source"];
  readonly onChoose: (source: Draft["source"]) => void;
}

/** What to train: one of the samples, or a model of one's own. */
export function SourcePicker({ templates, source, onChoose }: SourcePickerProps) {
  return (
    <fieldset>
      <legend className="sr-only">What to train</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {templates.map((template) => (
          <Choice
            key={template.id}
            chosen={source === template.id}
            onChoose={() => onChoose(template.id)}
            title={template.title}
          >
            {template.summary}
          </Choice>
        ))}
        <Choice chosen={source === "own"} onChoose={() => onChoose("own")} title="Your own model">
          An ONNX forward model as PyTorch exports it. Backward pass and optimizer are derived here.
        </Choice>
      </div>
    </fieldset>
  );
}

function Choice({
  chosen,
  title,
  onChoose,
  children,
}: {
  chosen: boolean;
  title: string;
  onChoose: () => void;
  children: ReactNode;
}) {
  return (
    <label
      className={classNames(
        "flex cursor-pointer gap-3 rounded-md border p-3 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-proof",
        chosen ? "border-ink bg-raised shadow-[inset_0_0_0_1px_var(--ink)]" : "hover:bg-sunken",
      )}
    >
      <input
        type="radio"
        name="source"
        checked={chosen}
        onChange={onChoose}
        className="mt-1 size-3.5 shrink-0 accent-ink"
      />
      <span>
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-xs text-ink-soft">{children}</span>
      </span>
    </label>
  );
}
