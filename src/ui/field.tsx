"use client";

import { useId, type ComponentProps, type ReactNode } from "react";
import { classNames } from "./class-names";

interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** Builds the control with the ids that tie it to its label, hint and error. */
  readonly children: (control: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => ReactNode;
}

/** A labelled control with a hint below it; an error takes the hint's place. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const wrong = error !== undefined && error !== null && error !== false;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-ink-soft">
        {label}
      </label>
      {children({ id, "aria-describedby": noteId, "aria-invalid": wrong })}
      <p
        id={noteId}
        className={classNames("mt-1 min-h-4 text-2xs", wrong ? "text-fault" : "text-ink-faint")}
        role={wrong ? "alert" : undefined}
      >
        {wrong ? error : hint}
      </p>
    </div>
  );
}

const CONTROL =
  "h-9 w-full min-w-0 rounded-md border border-line-strong bg-raised px-2.5 text-base text-ink placeholder:text-ink-faint aria-invalid:border-fault disabled:opacity-60 sm:text-sm";

interface TextInputProps extends Omit<ComponentProps<"input">, "className" | "prefix"> {
  /** Unit or symbol before the value. */
  readonly prefix?: string;
  /** Unit after the value. */
  readonly suffix?: string;
}

/** One line of text or a number. 16 px on phones, where smaller text makes the browser zoom in. */
export function TextInput({ prefix, suffix, ...rest }: TextInputProps) {
  return (
    <span className="relative flex items-center">
      {prefix === undefined ? null : (
        <span className="pointer-events-none absolute left-2.5 text-sm text-ink-faint">{prefix}</span>
      )}
      <input
        {...rest}
        className={classNames(CONTROL, prefix !== undefined && "pl-6", suffix !== undefined && "pr-16")}
      />
      {suffix === undefined ? null : (
        <span className="pointer-events-none absolute right-2.5 text-xs text-ink-faint">{suffix}</span>
      )}
    </span>
  );
}

/** Several lines of text. */
export function TextArea(props: Omit<ComponentProps<"textarea">, "className">) {
  return <textarea {...props} className={classNames(CONTROL, "block h-auto py-1.5")} />;
}

/** A choice of one. The browser's own list: it works with every keyboard, reader and thumb. */
export function Select(props: Omit<ComponentProps<"select">, "className">) {
  return (
    <span className="relative block">
      <select {...props} className={classNames(CONTROL, "appearance-none pr-8")} />
      <svg
        viewBox="0 0 10 6"
        className="pointer-events-none absolute top-1/2 right-3 h-1.5 w-2.5 -translate-y-1/2 text-ink-faint"
        aria-hidden="true"
      >
        <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    </span>
  );
}
