import { formatUsd } from "@/kernel/values/money";
import { shortUsd } from "./format";

/** An amount of US dollars; every digit of it on hover. `signed` marks income with a plus. */
export function Money({ amountMicros, signed = false }: { amountMicros: bigint; signed?: boolean }) {
  const plus = signed && amountMicros > 0n ? "+" : "";
  return (
    <data value={amountMicros.toString()} title={`${plus}${formatUsd(amountMicros)} USD`} className="tabular-nums">
      {plus}
      {shortUsd(amountMicros)}
    </data>
  );
}
