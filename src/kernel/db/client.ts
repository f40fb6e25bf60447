import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "./generated/client";

declare const opaque: unique symbol;
/** A running transaction. Verbs pass it on; only a store may turn it into SQL. */
export interface Tx {
  readonly [opaque]: "transaction";
}

/** The database of a process. Reads outside a transaction use it as a Tx too. */
export interface Database {
  readonly reader: Tx;
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The SQL behind a Tx, for stores. */
export type Sql = Prisma.TransactionClient;

const POOL_SIZE = 12;
const TRANSACTION_MS_MAX = 15_000;

/** Opens a pool on a PostgreSQL URL. READ COMMITTED; stores lock the rows they decide on. */
export function openDatabase(url: string, poolSize: number = POOL_SIZE): Database {
  const client = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: poolSize }),
    transactionOptions: { timeout: TRANSACTION_MS_MAX, maxWait: TRANSACTION_MS_MAX },
  });
  return {
    reader: client as unknown as Tx,
    transaction: (work) => client.$transaction((sql) => work(sql as unknown as Tx)),
    close: () => client.$disconnect(),
  };
}

/** For stores only (checked by the architecture rules): what can run SQL inside this transaction. */
export function sqlOf(tx: Tx): Sql {
  return tx as unknown as Sql;
}

export { Prisma };
