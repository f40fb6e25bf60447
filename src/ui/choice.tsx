import { classNames } from "./class-names";

interface ChoiceProps<Id extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly title: string }[];
  readonly value: string;
  readonly onValue: (id: Id) => void;
}

/** A few choices side by side, one of them pressed. */
export function Choice<Id extends string>({ label, options, value, onValue }: ChoiceProps<Id>) {
  return (
    <div className="flex gap-2" role="group" aria-label={label}>
      {options.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-pressed={value === id}
          onClick={() => onValue(id)}
          className={classNames(
            "h-9 flex-1 rounded-md border text-sm font-medium",
            value === id ? "border-ink bg-sunken" : "hover:bg-sunken",
          )}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
