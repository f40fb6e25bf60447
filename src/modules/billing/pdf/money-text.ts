import type { DocumentAsset } from "../documents/snapshot";
import { decimalText } from "../cents";

/** An amount as documents print it: "1,234.50"; the asset stands in the heading and after the totals. */
export function amountText(amountMicros: string | bigint, decimals: 2 | 6): string {
  const text = decimalText(BigInt(amountMicros), decimals);
  const [whole = "", fraction = ""] = text.split(".");
  return `${whole.replace("-", "−").replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/** An amount with its asset: "$1,234.50", "1,234.50 USDC". */
export function assetText(amountMicros: string | bigint, asset: DocumentAsset, decimals: 2 | 6): string {
  const text = amountText(amountMicros, decimals);
  if (asset === "USDC") return `${text} USDC`;
  return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
}
