import type { ComponentProps, ReactNode } from "react";

interface CheckboxProps extends Omit<ComponentProps<"input">, "className" | "type"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** Yes or no, with its words beside it. */
export function Checkbox({ label, hint, ...rest }: CheckboxProps) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input {...rest} type="checkbox" className="mt-0.75 accent-ink" />
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-2xs text-ink-faint">{hint}</span>}
      </span>
    </label>
  );
}
