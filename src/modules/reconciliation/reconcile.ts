import { micros, requireSystem, type Asset, type Context, type Tx } from "@/kernel";
import { chainDifferences, type ChainRail } from "@/modules/escrow";
import { trialBalance } from "@/modules/ledger";
import { reconcileStripe, type Rails } from "@/modules/payments";
import type { Finding } from "./finding";
import { findOpenClearing } from "./find-open-clearing";
import { insertTieOut, keepOpen, resolveOthers } from "./store";

/**
 * Task: one reconcile cycle. Brings the rails level with the outside, compares everything, and writes down what is left: new
 * differences open, those that are gone close. Returns whether books, Stripe and chain agree.
 */
export async function reconcile(
  ctx: Context,
  rails: Rails,
  chain: ChainRail | null,
): Promise<{ green: boolean; open: number }> {
  requireSystem(ctx.actor);
  const startedAt = ctx.clock.now();
  const stripe = await reconcileStripe(ctx, rails);
  const onChain = chain === null ? [] : await chainDifferences(ctx, chain);
  return ctx.database.transaction(async (tx) => {
    const books = await findInBooks(tx);
    const clearing = await findOpenClearing(tx);
    const findings: Finding[] = [
      ...books.findings,
      ...stripe.map((finding) => ({ ...finding, asset: "USD" as const })),
      ...onChain.map(({ kind, reference, ledgerMicros, chainMicros, sentence }) => ({
        ...{ kind, reference, ledgerMicros, sentence },
        outsideMicros: chainMicros,
        asset: "USDC" as const,
      })),
      ...clearing,
    ];
    const now = ctx.clock.now();
    for (const finding of findings) await keepOpen(tx, finding, now);
    await resolveOthers(tx, findings, now);
    const open = findings.length;
    const tookMs = Math.round(now.getTime() - startedAt.getTime());
    await insertTieOut(tx, { at: now, tookMs, green: open === 0, openCount: open, sums: books.sums });
    return { green: open === 0, open };
  });
}

/** The books against themselves. */
async function findInBooks(tx: Tx): Promise<{ findings: Finding[]; sums: Record<string, string> }> {
  const { assets, differences, sums } = await trialBalance(tx);
  const findings: Finding[] = assets
    .filter(({ totalMicros }) => totalMicros !== 0n)
    .map(({ asset, totalMicros }) => ({
      kind: "ledger-sum",
      reference: asset,
      asset: asset as Asset,
      ledgerMicros: micros(totalMicros),
      outsideMicros: micros(0n),
      sentence: `All entries in ${asset} should sum to zero.`,
    }));
  for (const { accountId, asset, storedMicros, entriesMicros } of differences)
    findings.push({
      kind: "ledger-account",
      reference: accountId,
      asset: asset as Asset,
      ledgerMicros: micros(storedMicros),
      outsideMicros: micros(entriesMicros),
      sentence: "The stored balance is not the sum of the account's entries, or an entry is missing.",
    });
  return { findings, sums: Object.fromEntries(sums.map((row) => [row.name, String(row.totalMicros)])) };
}
