import { formatAmount, formatUsd, type Asset } from "@/kernel/values/money";

const DOLLAR = 1_000_000n;
/** Significant digits of an amount below one dollar; the full amount is on hover. */
const CENTS_DIGITS = 3;

/** Money for a glance: cents from one dollar up, three significant digits below. "$1,234.50", "$0.0372". */
export function shortUsd(amount: bigint): string {
  return amountText(amount, "USD", false);
}

/** An amount as it is typed: no sign, no separators. */
export function plainUsd(amountMicros: bigint): string {
  return formatUsd(amountMicros).replace(/[$,]/g, "");
}

/** An amount of an asset: dollars as "$12.50", tokens as "12.50 USDC"; to every digit, or for a glance. */
export function amountText(amount: bigint, asset: Asset, exact = true): string {
  return formatAmount(exact ? amount : glanceOf(amount), asset);
}

function glanceOf(amount: bigint): bigint {
  const absolute = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? -1n : 1n;
  if (absolute >= DOLLAR) return sign * roundTo(absolute, 10_000n);
  return sign * roundTo(absolute, 10n ** BigInt(Math.max(0, absolute.toString().length - CENTS_DIGITS)));
}

function roundTo(amount: bigint, step: bigint): bigint {
  return ((amount + step / 2n) / step) * step;
}

/** A span of time in its two largest units: "420 ms", "8.4 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1_000, 1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return pair(seconds, 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return pair(minutes, 60, "h", "min");
  return pair(Math.round(minutes / 60), 24, "d", "h");
}

function pair(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  return rest === 0
    ? `${Math.floor(amount / base)} ${large}`
    : `${Math.floor(amount / base)} ${large} ${rest} ${small}`;
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const SCALES = ["", "k", "M", "G", "T", "P", "E"] as const;

/** A size in powers of 1024: "1.5 MiB". */
export function byteSize(bytes: number): string {
  let power = 0;
  for (let rest = bytes; rest >= 1024 && power < BYTE_UNITS.length - 1; rest /= 1024) power++;
  return `${trimmed(bytes / 1024 ** power, power === 0 ? 0 : 1)} ${BYTE_UNITS[power] ?? "B"}`;
}

/** A count with a metric prefix before its unit: scaled(3.2e12, "FLOP/s") is "3.2 TFLOP/s". */
export function scaled(amount: number, unit: string): string {
  let power = 0;
  for (let rest = Math.abs(amount); rest >= 1000 && power < SCALES.length - 1; rest /= 1000) power++;
  return `${trimmed(amount / 1000 ** power, 1)} ${SCALES[power] ?? ""}${unit}`;
}

/** A whole number with thousands separated: "60,000". */
export function whole(amount: number): string {
  return Math.round(amount).toLocaleString("en-US");
}

/** A share of one as percent: "98.1 %". */
export function percent(share: number, decimals = 1): string {
  return `${(share * 100).toFixed(decimals)} %`;
}

/** A loss with four significant digits. */
export function lossText(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  return loss !== 0 && Math.abs(loss) < 0.001 ? loss.toExponential(2) : loss.toPrecision(4);
}

/** How long ago something was, in one unit: "just now", "12 s ago", "5 min ago", "3 h ago", "2 d ago". */
export function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** A point in time for hovers and logs: "2026-11-23 09:14:54 UTC". */
export function utcTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function trimmed(amount: number, decimals: number): string {
  const text = amount.toFixed(amount >= 100 ? 0 : decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
