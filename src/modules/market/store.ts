import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";
import type { BatchOffer, BatchOrder } from "./solve-batch";

/** Seconds since a machine's last word within which it may be matched. */
const ONLINE_WITHIN_S = 15;
const BATCH_LOCK = 7_303;

/** One batch clears at a time, whichever process runs it. */
export async function lockMarket(tx: Tx): Promise<void> {
  await sqlOf(tx).$executeRaw`SELECT pg_advisory_xact_lock(${BATCH_LOCK})`;
}

export async function selectOpenOrders(tx: Tx): Promise<BatchOrder[]> {
  const rows = await sqlOf(tx).order.findMany({
    where: { state: "open" },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map(({ state: _state, createdAt: _createdAt, ...order }) => order);
}

/** Offers that can be matched now: active, alive, trusted and free, from the oldest on. */
export async function selectFreeOffers(tx: Tx): Promise<BatchOffer[]> {
  return sqlOf(tx).$queryRaw<BatchOffer[]>`
    SELECT o.id, o."organisationId", o."machineId", m."numericClass", o."floorMicrosPerHour", m."flopsPerSecond",
      m."exactFlopsPerSecond", (m.report->>'memoryBytes')::bigint AS "memoryBytes"
    FROM offer o JOIN machine m ON m.id = o."machineId"
    WHERE o.state = 'active' AND m."quarantinedAt" IS NULL AND m."lastSeenAt" > now() - make_interval(secs => ${ONLINE_WITHIN_S})
      AND NOT EXISTS (SELECT 1 FROM match x WHERE x."offerId" = o.id AND x.state = 'active')
    ORDER BY o."createdAt", o.id`;
}

/** Every offer with what stands in its way, for quotes. */
export async function selectOffersForQuote(tx: Tx) {
  return sqlOf(tx).$queryRaw<
    (BatchOffer & { active: boolean; online: boolean; quarantined: boolean; busy: boolean })[]
  >`
    SELECT o.id, o."organisationId", o."machineId", m."numericClass", o."floorMicrosPerHour", m."flopsPerSecond",
      m."exactFlopsPerSecond", (m.report->>'memoryBytes')::bigint AS "memoryBytes", o.state = 'active' AS active,
      m."lastSeenAt" > now() - make_interval(secs => ${ONLINE_WITHIN_S}) AS online,
      m."quarantinedAt" IS NOT NULL AS quarantined,
      EXISTS (SELECT 1 FROM match x WHERE x."offerId" = o.id AND x.state = 'active') AS busy
    FROM offer o JOIN machine m ON m.id = o."machineId"`;
}

export async function insertBatch(tx: Tx, input: Prisma.InputJsonValue, fills: Prisma.InputJsonValue): Promise<bigint> {
  const { id } = await sqlOf(tx).batch.create({ data: { input, fills } });
  return id;
}

export async function latestBatch(tx: Tx) {
  return sqlOf(tx).batch.findFirst({ orderBy: { id: "desc" } });
}

export async function findBatch(tx: Tx, id: bigint) {
  return sqlOf(tx).batch.findUnique({ where: { id } });
}

export async function insertMatch(tx: Tx, match: Prisma.MatchUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).match.create({ data: match });
  await sqlOf(tx).order.update({ where: { id: match.orderId }, data: { state: "matched" } });
}

export async function findActiveMatch(tx: Tx, where: { jobId: string } | { machineId: string }) {
  return sqlOf(tx).match.findFirst({ where: { ...where, state: "active" } });
}

export async function selectMatches(tx: Tx, jobId: string) {
  return sqlOf(tx).match.findMany({ where: { jobId }, orderBy: { createdAt: "asc" } });
}

export async function endActiveMatch(tx: Tx, jobId: string, endReason: string): Promise<void> {
  await sqlOf(tx).$executeRaw`
    UPDATE match SET state = 'ended', "endedAt" = now(), "endReason" = ${endReason} WHERE "jobId" = ${jobId} AND state = 'active'`;
}

/**
 * Active matches whose machine will not work for them while it holds no lease: it went silent, or came back without the
 * order's engine. Nobody would ever take the work back from it.
 */
export async function selectLostMatches(tx: Tx) {
  return sqlOf(tx).$queryRaw<{ jobId: string; machineName: string; silent: boolean }[]>`
    SELECT * FROM (
      SELECT x."jobId", x."machineId", m.name AS "machineName",
        m."lastSeenAt" < now() - make_interval(secs => ${ONLINE_WITHIN_S}) AS silent,
        CASE o.engine WHEN 'native' THEN m."flopsPerSecond" ELSE m."exactFlopsPerSecond" END IS NULL AS unable
      FROM match x JOIN machine m ON m.id = x."machineId" JOIN market_order o ON o.id = x."orderId"
      WHERE x.state = 'active') x
    WHERE (x.silent OR x.unable)
      AND NOT EXISTS (SELECT 1 FROM lease l WHERE l."machineId" = x."machineId" AND l.state = 'active')`;
}

export async function insertOrder(tx: Tx, order: Prisma.OrderUncheckedCreateInput): Promise<void> {
  await sqlOf(tx).order.create({ data: order });
}

/** Changes a job's order; a job that never came to the market has none. */
export async function updateOrder(tx: Tx, jobId: string, data: Prisma.OrderUpdateManyMutationInput): Promise<void> {
  await sqlOf(tx).order.updateMany({ where: { jobId }, data });
}

export async function upsertOffer(
  tx: Tx,
  offer: {
    id: string;
    organisationId: string;
    machineId: string;
    floorMicrosPerHour: bigint;
    state: "active" | "paused";
  },
): Promise<void> {
  const { floorMicrosPerHour, state } = offer;
  await sqlOf(tx).offer.upsert({
    where: { machineId: offer.machineId },
    create: offer,
    update: { floorMicrosPerHour, state },
  });
}

export async function ownsMachine(tx: Tx, machineId: string, organisationId: string): Promise<boolean> {
  return (await sqlOf(tx).machine.count({ where: { id: machineId, organisationId } })) === 1;
}

export async function selectOffers(tx: Tx, organisationId: string) {
  const offers = await sqlOf(tx).offer.findMany({ where: { organisationId }, orderBy: { createdAt: "asc" } });
  const matches = await sqlOf(tx).$queryRaw<
    { offerId: string; jobId: string; pricePerSegmentMicros: bigint; rail: string }[]
  >`
    SELECT x."offerId", x."jobId", x."pricePerSegmentMicros", j.rail::text FROM match x JOIN job j ON j.id = x."jobId"
    WHERE x."offerId" = ANY(${offers.map((offer) => offer.id)}) AND x.state = 'active'`;
  return offers.map((offer) => ({ offer, match: matches.find((match) => match.offerId === offer.id) ?? null }));
}
