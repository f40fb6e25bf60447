import { Choice } from "@/ui/choice";
import { ENGINE_TITLES } from "@/ui/training-words";
import type { Draft, TrainingChoices } from "./draft";

type Engine = TrainingChoices["engine"];

interface EngineFieldProps {
  readonly draft: Draft;
  readonly defaults: TrainingChoices;
  readonly onChange: (change: Partial<Draft>) => void;
}

const MEANINGS: Record<Engine, string> = {
  native:
    "The processor’s own floating-point arithmetic. Its last bits differ between kinds of machines, so only machines of the same kind as the one that trained can audit.",
  exact:
    "Every sum is a sum of whole numbers, so the bits are the same on all machines and in browsers, and any machine of another organisation can audit.",
};

/** Which engine trains, and what that means for who can check the work. */
export function EngineField({ draft, defaults, onChange }: EngineFieldProps) {
  const engine = draft.lists.engine ?? defaults.engine;
  return (
    <div className="mt-4 border-t pt-3">
      <p className="mb-1.5 text-xs font-medium">Engine</p>
      <Choice
        label="Engine"
        options={(["exact", "native"] as const).map((id) => ({ id, title: ENGINE_TITLES[id] }))}
        value={engine}
        onValue={(chosen) => onChange({ lists: { ...draft.lists, engine: chosen } })}
      />
      <p className="mt-1.5 text-xs text-ink-soft">{MEANINGS[engine]}</p>
    </div>
  );
}
