import type { Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

/** Whoever issues or changes something of an organisation's documents holds this first, so such changes come one by one. */
export async function lockBilling(tx: Tx, organisationId: string): Promise<void> {
  await sqlOf(tx).$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`billing:${organisationId}`}, 0))`;
}

/** The version that documents issued now would use; null until the organisation has given one. */
export async function findProfile(tx: Tx, organisationId: string) {
  return sqlOf(tx).taxProfile.findFirst({ where: { organisationId }, orderBy: { version: "desc" } });
}
export type ProfileRecord = NonNullable<Awaited<ReturnType<typeof findProfile>>>;

export async function selectProfiles(tx: Tx, organisationId: string, limit: number) {
  return sqlOf(tx).taxProfile.findMany({ where: { organisationId }, orderBy: { version: "desc" }, take: limit });
}

export async function insertProfile(tx: Tx, row: Omit<ProfileRecord, "createdAt">): Promise<void> {
  await sqlOf(tx).taxProfile.create({ data: row });
}

/** An organisation's name, and whether it is the platform's own. */
export async function findOrganisation(tx: Tx, id: string) {
  return sqlOf(tx).organisation.findUnique({ where: { id }, select: { id: true, name: true, isPlatform: true } });
}
