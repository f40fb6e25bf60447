import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import {
  fileBlobStore,
  micros,
  negateMicros,
  newId,
  type Actor,
  type Context,
  type Database,
  type Role,
} from "@/kernel";
import {
  creditDeposit,
  openHold,
  postAuditFee,
  postSegment,
  postTransfer,
  SANDBOX_CLEARING,
  voidHold,
} from "@/modules/ledger";
import type { SaveTaxProfileInput } from "../inputs";
import { createTestDatabase } from "../../../../test/support/database";

const FLOPS = 1e9;

/** A ledger with organisations, jobs and verified segments in it, on a database and a calendar of the test's own. */
export class Books {
  readonly buyer = newId("organisation", 1);
  readonly provider = newId("organisation", 2);
  readonly otherProvider = newId("organisation", 3);
  readonly platform = newId("organisation", 4);
  #now = new Date("2026-11-02T09:00:00.000Z");
  #jobs = 0;

  private constructor(
    readonly database: Database,
    private readonly sql: pg.Client,
    private readonly folder: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(): Promise<Books> {
    const { database, url, close } = await createTestDatabase();
    const sql = new pg.Client({ connectionString: url });
    await sql.connect();
    const folder = mkdtempSync(join(tmpdir(), "trainyard-books-"));
    const books = new Books(database, sql, folder, async () => {
      await sql.end();
      await close();
      rmSync(folder, { recursive: true, force: true });
    });
    for (const [id, name] of [
      [books.buyer, "Acme AI"],
      [books.provider, "Northwind Compute"],
      [books.otherProvider, "Fabrikam GPU"],
      [books.platform, "Trainyard"],
    ] as const)
      await sql.query('INSERT INTO organisation (id, name, slug, "isPlatform") VALUES ($1, $2, $1, $3)', [
        id,
        name,
        id === books.platform,
      ]);
    await books.at("2026-11-02T09:00:00.000Z");
    return books;
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** From now on it is this moment, for the verbs and for the ledger's own rows. */
  async at(iso: string): Promise<void> {
    this.#now = new Date(iso);
    await this.sql.query(
      `ALTER TABLE ledger_transfer ALTER COLUMN "createdAt" SET DEFAULT '${this.#now.toISOString()}'`,
    );
  }

  /** A context of a member of an organisation. */
  as(role: Role, organisationId: string = this.buyer): Context {
    return this.#context({ kind: "member", userId: "usr_test", organisationId, role });
  }

  asTask(): Context {
    return this.#context({ kind: "system", task: "test" });
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(text, values)).rows;
  }

  /** Money comes in over the sandbox rail. */
  async deposit(amountMicros: bigint, organisationId: string = this.buyer): Promise<string> {
    const depositId = newId("deposit", this.#now.getTime());
    await this.database.transaction((tx) =>
      creditDeposit(tx, { depositId, organisationId, amount: micros(amountMicros), clearing: SANDBOX_CLEARING }),
    );
    return depositId;
  }

  /** A job whose limit is held: from the balance, or as USDC that came straight into its escrow. */
  async job(j: { name: string; limitMicros: bigint; asset?: "USD" | "USDC" }): Promise<string> {
    const jobId = newId("job", 1_000 + this.#jobs++);
    await this.sql.query(
      `INSERT INTO job (id, "organisationId", name, template, state, spec, "specHash", quote, "drawKey", "drawKeyHash", "segmentCount",
         "stepsPerSegment", "flopsPerSegment", "limitMicros", "datasetId", "idempotencyKey", "requestHash", "createdBy")
       VALUES ($1, $2, $3, 'mnist-mlp', 'running', '{}', '', '{}', '', '', 1000, 10, $4, $5, 'dts', $1, '', 'usr_test')`,
      [jobId, this.buyer, j.name, FLOPS, String(j.limitMicros)],
    );
    const amount = micros(j.limitMicros);
    await this.database.transaction(async (tx) => {
      if (j.asset !== "USDC") return openHold(tx, { jobId, organisationId: this.buyer, amount });
      const flags = { asset: "USDC", entryOnly: false } as const;
      await postTransfer(tx, {
        idempotencyKey: `escrow:${jobId}`,
        kind: "escrow-deposit",
        reference: jobId,
        legs: [
          {
            account: {
              id: "clearing:escrow@USDC",
              kind: "clearing",
              organisationId: null,
              allowNegative: true,
              ...flags,
            },
            amount: negateMicros(amount),
          },
          {
            account: {
              id: `hold:${jobId}@USDC`,
              kind: "hold",
              organisationId: this.buyer,
              allowNegative: false,
              ...flags,
            },
            amount,
          },
        ],
      });
    });
    return jobId;
  }

  /** What the buyer said of a job when it was posted, as the spending rules keep it. */
  async label(l: { jobId: string; project: string; costCentre: string; poNumber: string | null }): Promise<void> {
    const projectId = `prj_${l.project}`;
    await this.sql.query(
      `INSERT INTO project (id, "organisationId", name, "createdBy") VALUES ($1, $2, $3, 'usr_test') ON CONFLICT DO NOTHING`,
      [projectId, this.buyer, l.project],
    );
    await this.sql.query(
      `INSERT INTO spending_request ("jobId", "organisationId", title, "requestedBy", "amountMicros", rail, "projectId", "poNumber",
         "costCentre", tags, state, "createdAt", month)
       VALUES ($1, $2, $3, 'usr_test', 1, 'balance', $4, $5, $6, '{"team": "perception"}', 'committed', now(), '2026-11')`,
      [l.jobId, this.buyer, l.project, projectId, l.poNumber, l.costCentre],
    );
  }

  /** Segments of a job are verified and paid. Returns what they cost together. */
  async segments(s: {
    jobId: string;
    from: number;
    count: number;
    priceMicros: bigint;
    asset?: "USD" | "USDC";
    providerId?: string;
    audited?: boolean;
  }): Promise<bigint> {
    const providerId = s.providerId ?? this.provider;
    for (let index = s.from; index < s.from + s.count; index++) {
      const segmentId = newId("segment", index);
      const commitment = `${index.toString(16).padStart(4, "0")}${s.jobId.slice(-8)}`.padEnd(64, "0");
      await this.sql.query(
        `INSERT INTO segment (id, "jobId", "index", attempt, state, "machineId", "organisationId", "matchId", "previousCommitment",
           "startState", "startStateRoot", "stateBlob", "stateRoot", losses, "numericClass", commitment, signature, drawn, "priceMicros", "paidAt")
         VALUES ($1, $2, $3, 0, 'verified', 'mch', $4, 'mat', '', '', '', 'b', 'r', '', 'c', $5, 's', $6, $7, now())`,
        [segmentId, s.jobId, index, providerId, commitment, s.audited === true, String(s.priceMicros)],
      );
      await this.database.transaction(async (tx) => {
        const price = micros(s.priceMicros);
        await postSegment(tx, { segmentId, jobId: s.jobId, providerId, price, asset: s.asset ?? "USD" });
      });
      if (s.audited === true) await this.#audit(segmentId, s.jobId, s.priceMicros);
    }
    return s.priceMicros * BigInt(s.count);
  }

  /** What is left of a job's hold returns. */
  async end(jobId: string): Promise<void> {
    await this.database.transaction((tx) => voidHold(tx, { jobId, organisationId: this.buyer }));
  }

  async #audit(segmentId: string, jobId: string, priceMicros: bigint): Promise<void> {
    const auditId = newId("audit", 1);
    await this.sql.query(
      `INSERT INTO audit (id, "jobId", "segmentId", cause, ordinal, state, "organisationId") VALUES ($1, $2, $3, 'draw', 0, 'agreed', $4)`,
      [auditId, jobId, segmentId, this.otherProvider],
    );
    await this.database.transaction((tx) =>
      postAuditFee(tx, { auditId, organisationId: this.otherProvider, amount: micros(priceMicros), asset: "USD" }),
    );
  }

  #context(actor: Actor): Context {
    const clock = { now: () => this.#now };
    return {
      actor,
      database: this.database,
      clock,
      blobs: fileBlobStore(join(this.folder, "blobs")),
      requestId: "test",
    };
  }
}

export const IRISH_PROFILE: SaveTaxProfileInput = {
  legalName: "Acme AI Ltd",
  addressLines: ["12 Harbour Street", "Galway"],
  country: "IE",
  taxId: "IE1234567T",
  exemptionCertificate: null,
  billingEmails: ["ap@acme.example"],
  purchaseOrder: "PO-DEFAULT",
  language: "en",
};

export const GERMAN_PROFILE: SaveTaxProfileInput = {
  ...IRISH_PROFILE,
  legalName: "Acme KI GmbH",
  addressLines: ["Hafenstraße 12", "20457 Hamburg"],
  country: "DE",
  taxId: "DE 123 456 789",
};
