import { expect, it } from "vitest";
import type { BlobStore, Context, Database } from "@/kernel";
import { closeMonth, saveTaxProfile, SANDBOX_SELLER } from ".";
import { Books, GERMAN_PROFILE } from "./testing/books";

class Crash extends Error {
  override name = "Crash";
}

/** Where a process dies: the n-th time it commits (just before or just after), or the n-th time it keeps a file. */
interface Place {
  readonly where: "before-commit" | "after-commit" | "file";
  readonly nth: number;
}

/** A context whose process dies at a place: what was committed stays, what was not is gone, and nothing runs after. */
function dying(ctx: Context, place: Place): Context {
  let commits = 0;
  let files = 0;
  const database: Database = {
    ...ctx.database,
    transaction: async (work) => {
      const last = ++commits === place.nth;
      const result = await ctx.database.transaction(async (tx) => {
        const done = await work(tx);
        if (last && place.where === "before-commit") throw new Crash();
        return done;
      });
      if (last && place.where === "after-commit") throw new Crash();
      return result;
    },
  };
  const blobs: BlobStore = {
    ...ctx.blobs,
    put: async (bytes) => {
      if (place.where === "file" && ++files === place.nth) throw new Crash();
      return ctx.blobs.put(bytes);
    },
  };
  return { ...ctx, database, blobs };
}

/** A buyer's month with both rails, closed by a process that dies at the place, then by one that does not. */
async function closeWithCrash(
  place: Place | null,
): Promise<{ crashed: boolean; documents: unknown[]; closed: unknown[] }> {
  const books = await Books.open();
  try {
    await saveTaxProfile(books.as("finance"), GERMAN_PROFILE);
    await books.deposit(100_000_000n);
    const digits = await books.job({ name: "digits", limitMicros: 40_000_000n });
    const gpt = await books.job({ name: "gpt", limitMicros: 9_000_000n, asset: "USDC" });
    await books.segments({ jobId: digits, from: 0, count: 3, priceMicros: 4_166_667n });
    await books.segments({ jobId: gpt, from: 0, count: 2, priceMicros: 1_000_001n, asset: "USDC" });
    await books.at("2026-12-01T08:00:00.000Z");
    let crashed = false;
    if (place !== null)
      await closeMonth(dying(books.as("finance"), place), SANDBOX_SELLER, { month: "2026-11" }).catch(
        (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          crashed = true;
        },
      );
    await closeMonth(books.as("finance"), SANDBOX_SELLER, { month: "2026-11" });
    return {
      crashed,
      documents: await books.query(
        `SELECT d.kind, d.number, d.sequence, d.snapshot->'sections'->0->>'grossMicros' AS usd,
           d.snapshot->'sections'->1->>'grossMicros' AS usdc, (SELECT count(*)::int FROM document_entry e WHERE e."documentId" = d.id) AS entries,
           f.bytes > 0 AS printed
         FROM billing_document d LEFT JOIN document_file f ON f."documentId" = d.id ORDER BY d.number`,
      ),
      closed: await books.query("SELECT month FROM billing_period"),
    };
  } finally {
    await books.close();
  }
}

it(
  "gives the same documents and numbers wherever a process dies in the middle of a close",
  { timeout: 300_000 },
  async () => {
    const undisturbed = await closeWithCrash(null);
    expect(undisturbed.documents).toMatchObject([
      { kind: "invoice", number: "INV-2026-000001", usd: "12500001", usdc: "2000002", entries: 5, printed: true },
      { kind: "statement", number: "STM-2026-000001", printed: true },
    ]);
    for (const where of ["before-commit", "after-commit", "file"] as const)
      for (let nth = 1; ; nth++) {
        const run = await closeWithCrash({ where, nth });
        expect({ where, nth, documents: run.documents, closed: run.closed }).toEqual({
          where,
          nth,
          documents: undisturbed.documents,
          closed: undisturbed.closed,
        });
        if (run.crashed) continue;
        expect(nth).toBeGreaterThan(where === "file" ? 2 : 4);
        break;
      }
  },
);
