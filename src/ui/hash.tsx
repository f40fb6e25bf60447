import { CopyButton } from "./copy-button";

const SHOWN = 10;

/** A hash or id: its start, the whole of it on hover, and a way to copy it. */
export function Hash({ value, name }: { value: string; name: string }) {
  return (
    <span className="inline-flex items-center gap-0.5 align-middle">
      <code title={value} className="font-mono text-xs">
        {value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}
      </code>
      <CopyButton text={value} label={`Copy ${name}`} />
    </span>
  );
}
