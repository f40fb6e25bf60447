import type { EngineKind, MachineReport } from "@trainyard/protocol";
import type { Role, Tx } from "@/kernel";
import { sqlOf } from "@/kernel/db/client";

/** Seconds since its last word after which a machine counts as gone. Also what the market matches by. */
export const ONLINE_WITHIN_S = 15;

export async function insertJoinToken(
  tx: Tx,
  row: { id: string; tokenHash: string; organisationId: string; createdBy: string; expiresAt: Date },
): Promise<void> {
  await sqlOf(tx).joinToken.create({ data: row });
}

/** Locks the token row, so that one token can only ever join one machine. */
export async function lockJoinToken(tx: Tx, tokenHash: string) {
  const rows = await sqlOf(tx).$queryRaw<
    { id: string; organisationId: string; usedByMachine: string | null; expired: boolean }[]
  >`
    SELECT id, "organisationId", "usedByMachine", "expiresAt" < now() AS expired
    FROM join_token WHERE "tokenHash" = ${tokenHash} FOR UPDATE`;
  return rows[0] ?? null;
}

export async function spendJoinToken(tx: Tx, id: string, machineId: string): Promise<void> {
  await sqlOf(tx).$executeRaw`UPDATE join_token SET "usedByMachine" = ${machineId}, "usedAt" = now() WHERE id = ${id}`;
}

export async function findMachineByKey(tx: Tx, publicKey: string) {
  return sqlOf(tx).machine.findUnique({ where: { publicKey } });
}

export async function findMachine(tx: Tx, id: string) {
  return sqlOf(tx).machine.findUnique({ where: { id } });
}

export async function insertMachine(
  tx: Tx,
  row: { id: string; organisationId: string; name: string; publicKey: string; report: MachineReport; lastSeenAt: Date },
): Promise<void> {
  await sqlOf(tx).machine.create({ data: { ...row, ...reportColumns(row.report) } });
}

export async function updateReport(tx: Tx, id: string, report: MachineReport): Promise<void> {
  await sqlOf(tx).machine.update({ where: { id }, data: { report, ...reportColumns(report) } });
  await touchMachine(tx, id);
}

function reportColumns(report: MachineReport) {
  const { numericClass, provider, flopsPerSecond } = report;
  return { numericClass, provider, flopsPerSecond: flopsPerSecond.native, exactFlopsPerSecond: flopsPerSecond.exact };
}

/** "I am alive", written at most every 3 s, so that polling does not churn the row. */
export async function touchMachine(tx: Tx, id: string): Promise<void> {
  await sqlOf(tx).$executeRaw`
    UPDATE machine SET "lastSeenAt" = now() WHERE id = ${id} AND "lastSeenAt" < now() - interval '3 seconds'`;
}

export async function setQuarantine(tx: Tx, id: string, reason: string): Promise<void> {
  await sqlOf(tx).$executeRaw`
    UPDATE machine SET "quarantinedAt" = now(), "quarantineReason" = ${reason} WHERE id = ${id} AND "quarantinedAt" IS NULL`;
}

export async function selectMachines(tx: Tx, organisationId: string) {
  const machines = await sqlOf(tx).machine.findMany({ where: { organisationId }, orderBy: { joinedAt: "asc" } });
  const online = await sqlOf(tx).$queryRaw<{ id: string }[]>`
    SELECT id FROM machine
    WHERE "organisationId" = ${organisationId} AND "lastSeenAt" > now() - make_interval(secs => ${ONLINE_WITHIN_S})`;
  const alive = new Set(online.map((row) => row.id));
  return machines.map((machine) => ({ ...machine, online: alive.has(machine.id) }));
}

export async function insertOrganisation(
  tx: Tx,
  row: { id: string; name: string; slug: string; isPlatform?: boolean },
): Promise<void> {
  await sqlOf(tx).organisation.create({ data: row });
}

export async function findOrganisationBySlug(tx: Tx, slug: string) {
  return sqlOf(tx).organisation.findUnique({ where: { slug } });
}

export async function findOrganisation(tx: Tx, id: string) {
  return sqlOf(tx).organisation.findUnique({ where: { id } });
}

export async function upsertUser(tx: Tx, row: { id: string; email: string; name: string | null }) {
  return sqlOf(tx).user.upsert({ where: { email: row.email }, create: row, update: {} });
}

export async function upsertMember(tx: Tx, row: { organisationId: string; userId: string; role: Role }): Promise<void> {
  await sqlOf(tx).member.upsert({
    where: { organisationId_userId: { organisationId: row.organisationId, userId: row.userId } },
    create: row,
    update: {},
  });
}

export async function selectMembers(tx: Tx, organisationId: string) {
  return sqlOf(tx).member.findMany({
    where: { organisationId },
    include: { user: true },
    orderBy: { createdAt: "asc" },
  });
}

export async function selectMemberships(tx: Tx, userId: string) {
  return sqlOf(tx).member.findMany({
    where: { userId },
    include: { organisation: true },
    orderBy: { createdAt: "asc" },
  });
}

export async function setSessionOrganisation(
  tx: Tx,
  userId: string,
  sessionToken: string,
  organisationId: string,
): Promise<number> {
  const { count } = await sqlOf(tx).session.updateMany({ where: { userId, sessionToken }, data: { organisationId } });
  return count;
}

export async function findSession(tx: Tx, sessionToken: string) {
  return sqlOf(tx).session.findUnique({ where: { sessionToken }, include: { user: true } });
}

/** Entries of the audit log, newest first. */
export async function selectActivity(
  tx: Tx,
  q: {
    organisationId: string;
    action?: string | undefined;
    actor?: string | undefined;
    from?: Date | undefined;
    to?: Date | undefined;
    beforeId: bigint | null;
    limit: number;
  },
) {
  const { organisationId, action, actor, from, to, beforeId, limit } = q;
  return sqlOf(tx).auditLogEntry.findMany({
    where: {
      organisationId,
      ...(action === undefined ? {} : { action }),
      ...(actor === undefined ? {} : { actor }),
      ...(from === undefined && to === undefined ? {} : { at: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
      ...(beforeId === null ? {} : { id: { lt: beforeId } }),
    },
    orderBy: { id: "desc" },
    take: limit,
  });
}

/** Which acts and actors an organisation's audit log knows. */
export async function selectActivityKinds(tx: Tx, organisationId: string) {
  const sql = sqlOf(tx);
  const where = { organisationId };
  const [actions, actors] = await Promise.all([
    sql.auditLogEntry.groupBy({ by: ["action"], where, orderBy: { action: "asc" } }),
    sql.auditLogEntry.groupBy({ by: ["actor"], where, orderBy: { actor: "asc" } }),
  ]);
  return { actions: actions.map(({ action }) => action), actors: actors.map(({ actor }) => actor) };
}

/** Locks the organisation's row: whoever changes its members holds it first. */
export async function lockOrganisation(tx: Tx, id: string) {
  await sqlOf(tx).$queryRaw`SELECT 1 FROM organisation WHERE id = ${id} FOR UPDATE`;
  return sqlOf(tx).organisation.findUniqueOrThrow({ where: { id } });
}

export async function updateMemberRole(tx: Tx, organisationId: string, userId: string, role: Role): Promise<void> {
  await sqlOf(tx).member.update({ where: { organisationId_userId: { organisationId, userId } }, data: { role } });
}

export async function deleteMember(tx: Tx, organisationId: string, userId: string): Promise<void> {
  await sqlOf(tx).member.delete({ where: { organisationId_userId: { organisationId, userId } } });
}

export async function insertInvitation(
  tx: Tx,
  row: { id: string; organisationId: string; email: string; role: Role; invitedBy: string; expiresAt: Date },
): Promise<void> {
  await sqlOf(tx).invitation.create({ data: row });
}

export async function withdrawInvitations(
  tx: Tx,
  where: { organisationId: string; email: string },
  withdrawnAt: Date,
): Promise<void> {
  await sqlOf(tx).invitation.updateMany({
    where: { ...where, acceptedAt: null, withdrawnAt: null },
    data: { withdrawnAt },
  });
}

export async function findOpenInvitation(tx: Tx, id: string) {
  return sqlOf(tx).invitation.findFirst({ where: { id, acceptedAt: null, withdrawnAt: null } });
}

/** Accepts an invitation unless it was accepted or withdrawn in the meantime; whether it was this call. */
export async function acceptInvitationRow(tx: Tx, id: string, acceptedAt: Date): Promise<boolean> {
  const { count } = await sqlOf(tx).invitation.updateMany({
    where: { id, acceptedAt: null, withdrawnAt: null },
    data: { acceptedAt },
  });
  return count === 1;
}

export async function selectOpenInvitations(tx: Tx, organisationId: string, now: Date) {
  return sqlOf(tx).invitation.findMany({
    where: { organisationId, acceptedAt: null, withdrawnAt: null, expiresAt: { gt: now } },
    orderBy: { createdAt: "desc" },
  });
}

export async function selectInvitationsFor(tx: Tx, email: string, now: Date) {
  return sqlOf(tx).$queryRaw<{ id: string; organisationName: string; role: Role }[]>`
    SELECT i.id, o.name AS "organisationName", i.role FROM invitation i JOIN organisation o ON o.id = i."organisationId"
    WHERE i.email = ${email} AND i."acceptedAt" IS NULL AND i."withdrawnAt" IS NULL AND i."expiresAt" > ${now}
    ORDER BY i."createdAt"`;
}

export async function findUser(tx: Tx, where: { id: string } | { email: string }) {
  return sqlOf(tx).user.findUnique({ where });
}

export async function updateUser(tx: Tx, id: string, data: { name?: string | null; emailVerified?: Date | null }) {
  return sqlOf(tx).user.update({ where: { id }, data });
}

export async function insertSession(tx: Tx, row: { id: string; sessionToken: string; userId: string; expires: Date }) {
  return sqlOf(tx).session.create({ data: row });
}

export async function updateSession(tx: Tx, sessionToken: string, expires: Date) {
  const { count } = await sqlOf(tx).session.updateMany({ where: { sessionToken }, data: { expires } });
  return count === 0 ? null : sqlOf(tx).session.findUnique({ where: { sessionToken } });
}

export async function deleteSession(tx: Tx, sessionToken: string): Promise<void> {
  await sqlOf(tx).session.deleteMany({ where: { sessionToken } });
}

export async function insertVerificationToken(
  tx: Tx,
  row: { identifier: string; token: string; expires: Date },
): Promise<void> {
  await sqlOf(tx).verificationToken.create({ data: row });
}

/** Deletes and returns a sign-in token, so that it works once. */
export async function takeVerificationToken(tx: Tx, identifier: string, token: string) {
  const rows = await sqlOf(tx).$queryRaw<{ identifier: string; token: string; expires: Date }[]>`
    DELETE FROM verification_token WHERE identifier = ${identifier} AND token = ${token} RETURNING identifier, token, expires`;
  return rows[0] ?? null;
}

export async function selectMachineFacts(tx: Tx, ids: readonly string[]) {
  return sqlOf(tx).$queryRaw<
    {
      id: string;
      name: string;
      publicKey: string;
      organisationId: string;
      organisationName: string;
      isPlatform: boolean;
      quarantined: boolean;
      memoryBytes: bigint;
      /** Engines whose jobs it runs. */
      engines: EngineKind[];
    }[]
  >`
    SELECT m.id, m.name, m."publicKey", m."organisationId", o.name AS "organisationName", o."isPlatform",
      m."quarantinedAt" IS NOT NULL AS quarantined, (m.report->>'memoryBytes')::bigint AS "memoryBytes",
      array_remove(ARRAY[
        CASE WHEN m."flopsPerSecond" IS NOT NULL THEN 'native' END,
        CASE WHEN m."exactFlopsPerSecond" IS NOT NULL THEN 'exact' END], NULL) AS engines
    FROM machine m JOIN organisation o ON o.id = m."organisationId" WHERE m.id = ANY(${[...ids]})`;
}

export async function setOffline(tx: Tx, id: string): Promise<void> {
  await sqlOf(tx).$executeRaw`UPDATE machine SET "lastSeenAt" = now() - interval '1 hour' WHERE id = ${id}`;
}
