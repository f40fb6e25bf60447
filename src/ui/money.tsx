import { formatUsd } from "@/kernel/values/money";
import { shortUsd } from "./format";

interface MoneyProps {
  readonly amountMicros: bigint;
  /** Marks income with a plus. */
  readonly signed?: boolean;
  /** Shows every digit, for lists that somebody adds up. */
  readonly exact?: boolean;
}

/** An amount of US dollars, rounded to what a glance needs; every digit of it on hover. */
export function Money({ amountMicros, signed = false, exact = false }: MoneyProps) {
  const plus = signed && amountMicros > 0n ? "+" : "";
  return (
    <data value={amountMicros.toString()} title={`${plus}${formatUsd(amountMicros)} USD`} className="tabular-nums">
      {plus}
      {exact ? formatUsd(amountMicros) : shortUsd(amountMicros)}
    </data>
  );
}
