import pg from "pg";
import { openDatabase } from "@/kernel";
import { trialBalance } from "@/modules/ledger";
import { BenchFailure } from "../support/report";

/** 10,000 ordinary accounts, the hot one that keeps entries only, and the outside world that the money comes from. */
const OPEN_ACCOUNTS = `
  INSERT INTO ledger_account (id, kind, asset, "entryOnly", "allowNegative")
  SELECT 'hold:' || n, 'hold', 'USD', false, false FROM generate_series(1, 4000) n UNION ALL
  SELECT 'earnings:' || n, 'earnings', 'USD', false, false FROM generate_series(1, 4000) n UNION ALL
  SELECT 'fees:' || n, 'fees', 'USD', false, false FROM generate_series(1, 2000) n UNION ALL
  SELECT 'platform:fees', 'fees', 'USD', true, false UNION ALL
  SELECT 'clearing:bench', 'clearing', 'USD', false, true`;

/** Money comes in through the function too, a hundred holds a transfer. */
const FUND_HOLDS = `
  SELECT post_transfer('fund:' || part, 'deposit', 'bench',
    ARRAY['clearing:bench'] || array_agg('hold:' || n ORDER BY ('hold:' || n) COLLATE "C"), ARRAY[-100000000000000] || array_agg(1000000000000::bigint))
  FROM generate_series(0, 39) part, generate_series(part * 100 + 1, part * 100 + 100) n GROUP BY part`;

/** Opens and funds the accounts that the scripts move money between. */
export async function openBooks(databaseUrl: string): Promise<void> {
  await query(databaseUrl, OPEN_ACCOUNTS);
  await query(databaseUrl, FUND_HOLDS);
  await query(databaseUrl, "VACUUM ANALYZE");
}

/** Adds the ledger up from its entries and counts deadlocks; throws when a cent or a transfer is not right. */
export async function checkBooks(databaseUrl: string): Promise<{ transfers: number; deadlocks: number }> {
  const database = openDatabase(databaseUrl, 1);
  const { assets, differences } = await trialBalance(database.reader).finally(() => database.close());
  const off = assets.filter(({ totalMicros }) => totalMicros !== 0n);
  if (off.length > 0 || differences.length > 0)
    throw new BenchFailure(
      `The trial balance is off by ${off.map(({ totalMicros }) => totalMicros).join(", ") || 0} micro-dollars, and ${differences.length} accounts differ from their entries.`,
      "This is a bug of the ledger: report it.",
    );
  const transfers = await count(databaseUrl, "SELECT count(*) FROM ledger_transfer");
  const deadlocks = await count(
    databaseUrl,
    "SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  if (deadlocks > 0)
    throw new BenchFailure(`The server counted ${deadlocks} deadlocks.`, "This is a bug of the ledger: report it.");
  return { transfers, deadlocks };
}

async function count(databaseUrl: string, sql: string): Promise<number> {
  const { rows } = await query<{ count: string }>(databaseUrl, sql);
  return Number(rows[0]?.count ?? NaN);
}

async function query<Row extends pg.QueryResultRow>(databaseUrl: string, sql: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await client.query<Row>(sql);
  } finally {
    await client.end();
  }
}
