import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";

/** PostgreSQL's internal one-byte "char" (pg_constraint.contype and others), which adapter-pg 7.10 does not map. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/**
 * Makes a connection fit for the schema engine: "char" columns come back as Character, and a script runs as one
 * multi-statement query (the stock adapter splits it at every semicolon, which breaks function bodies).
 */
function forSchemaEngine(queryable) {
  const pool = queryable.underlyingDriver?.();
  if (pool) queryable.executeScript = async (script) => void (await pool.query(script));
  const performIO = queryable.performIO.bind(queryable);
  const queryRaw = queryable.queryRaw.bind(queryable);
  const charColumns = new WeakMap();
  queryable.performIO = async (query) => {
    const result = await performIO(query);
    const found = [];
    result.fields.forEach((field, index) => {
      if (field.dataTypeID !== CHAR_OID) return;
      field.dataTypeID = TEXT_OID;
      found.push(index);
    });
    charColumns.set(query, found);
    return result;
  };
  queryable.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns.get(query) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  if (queryable.startTransaction) {
    const startTransaction = queryable.startTransaction.bind(queryable);
    queryable.startTransaction = async (...args) => forSchemaEngine(await startTransaction(...args));
  }
  return queryable;
}

/** adapter-pg for migrations: it can make a shadow database, and close every connection it opened. */
export class MigrationAdapter extends PrismaPg {
  #config;
  #open = [];

  /** `config` holds host, port, user, password and database; a connection string would win over the shadow's name. */
  constructor(config) {
    super(config);
    this.#config = config;
  }

  async connect() {
    const connection = forSchemaEngine(await super.connect());
    this.#open.push(connection);
    return connection;
  }

  /** Ends every connection, and with them the engine's advisory lock, which a pooled connection would keep. */
  async close() {
    await Promise.all(this.#open.splice(0).map((connection) => connection.dispose()));
  }

  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    const admin = await super.connect();
    await admin.executeScript(`CREATE DATABASE "${name}" TEMPLATE template0`);
    const shadow = forSchemaEngine(await new PrismaPg({ ...this.#config, database: name }).connect());
    const end = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await end();
      await admin.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await admin.dispose();
    };
    return shadow;
  }
}
