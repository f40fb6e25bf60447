import type { Asset } from "@/kernel/values/money";
import { amountText } from "./format";

interface MoneyProps {
  readonly amountMicros: bigint;
  /** What the amount is in; dollars unless said otherwise. */
  readonly asset?: Asset;
  /** Marks income with a plus. */
  readonly signed?: boolean;
  /** Shows every digit, for lists that somebody adds up. */
  readonly exact?: boolean;
}

/** An amount of money, rounded to what a glance needs; every digit of it on hover. */
export function Money({ amountMicros, asset = "USD", signed = false, exact = false }: MoneyProps) {
  const plus = signed && amountMicros > 0n ? "+" : "";
  const title = asset === "USD" ? `${amountText(amountMicros, asset)} USD` : amountText(amountMicros, asset);
  return (
    <data value={amountMicros.toString()} title={`${plus}${title}`} className="tabular-nums">
      {plus}
      {amountText(amountMicros, asset, exact)}
    </data>
  );
}
