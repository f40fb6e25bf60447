import pg from "pg";
import { openDatabase, type Clock, type Context, type Database, type Role } from "@/kernel";
import { DEMO_ORGANISATIONS, listMembers } from "@/modules/identity";
import { postJob, readJob } from "@/modules/settlement";
import { createProject, setBudget } from "@/modules/spending";
import { Platform } from "./platform";

export const DOLLAR = 1_000_000n;
/** An owner, an engineer, a member of finance and a viewer. */
export const [ADA, ELI, FAY, VIC] = DEMO_ORGANISATIONS.buyer.members.map(({ email }) => email) as [
  string,
  string,
  string,
  string,
];
/** A policy that asks nobody for anything. */
export const FREE = {
  soloLimitMicros: null,
  soloMonthMicros: null,
  pairLimitMicros: null,
  projectRequired: false,
  requestDays: 7,
};
const SOURCE = { kind: "template" as const, template: "mnist-mlp" as const };

/** The buyer's people and what they spend, on a platform whose tasks run when the test says so. */
export class Acme {
  /** How far the people's clock is ahead. */
  laterMs = 0;
  /** A pool that many can use at once. */
  readonly database: Database;

  private constructor(readonly platform: Platform) {
    this.database = openDatabase(platform.databaseUrl, 16);
  }

  static async open(): Promise<Acme> {
    return new Acme(await Platform.open({ tasks: false }));
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.platform.close();
  }

  async as(email: string, role?: Role): Promise<Context> {
    const ctx = this.platform.as("buyer");
    const member = (await listMembers(ctx)).find((candidate) => candidate.email === email);
    if (member === undefined || ctx.actor.kind !== "member") throw new Error(`${email} is no member`);
    const clock: Clock = { now: () => new Date(Date.now() + this.laterMs) };
    const { organisationId } = ctx.actor;
    const actor = { kind: "member" as const, userId: member.userId, organisationId, role: role ?? member.role };
    return { ...ctx, database: this.database, clock, actor };
  }

  /** The owner of another organisation. */
  stranger(): Context {
    return { ...this.platform.as("northwind"), database: this.database };
  }

  async post(
    ctx: Context,
    name: string,
    dollars: bigint,
    more: { projectId?: string; poNumber?: string; tags?: Record<string, string>; rail?: "usdc" } = {},
  ): Promise<string> {
    const limitMicros = dollars * DOLLAR;
    const asked = { source: SOURCE, name, limitMicros, idempotencyKey: `spending-${name}`, ...more };
    return (await postJob(ctx, asked)).jobId;
  }

  async project(budget: { month?: bigint; total?: bigint } = {}): Promise<string> {
    const fay = await this.as(FAY);
    const terms = { name: "Vision", costCentre: "CC-7", requiredTags: [], poRequired: false };
    const { projectId } = await createProject(fay, terms);
    for (const period of ["month", "total"] as const) {
      const dollars = budget[period];
      if (dollars === undefined) continue;
      const amountMicros = dollars * DOLLAR;
      await setBudget(fay, { projectId, period, budget: { amountMicros, hardStop: true } });
    }
    return projectId;
  }

  async state(jobId: string): Promise<string> {
    return (await readJob(await this.as(ADA), { jobId })).state;
  }

  async execute(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.platform.databaseUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** The code of a refusal; "done" where there was none. */
export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
