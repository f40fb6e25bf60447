import type { StoredBlock } from "../store/history";

/**
 * How deep the chain is settled, as cautiously as the nodes are together: the least that any of them calls safe or final.
 * Of several configured nodes at least two must answer, so that no single one can make money appear; null when they do not.
 */
export function agreeOnDepths(
  views: readonly { safe: StoredBlock; finalized: StoredBlock }[],
  configured: number,
): { readonly safe: bigint; readonly finalized: bigint } | null {
  if (views.length < Math.min(configured, 2) || views.length === 0) return null;
  const finalized = least(views.map((view) => view.finalized.number));
  const safe = least(views.map((view) => view.safe.number));
  return { finalized, safe: safe < finalized ? finalized : safe };
}

function least(numbers: readonly bigint[]): bigint {
  return numbers.reduce((a, b) => (b < a ? b : a));
}

/**
 * The highest stored block that is still part of the chain. `stored` is highest first, `current` the chain's hash at each of
 * those numbers (null: it has no such block). Null: nothing that is stored is part of it.
 */
export function lastCommonBlock(
  stored: readonly StoredBlock[],
  current: ReadonlyMap<bigint, string | null>,
): StoredBlock | null {
  return stored.find((block) => current.get(block.number) === block.hash) ?? null;
}
