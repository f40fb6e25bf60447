import type { Tx } from "@/kernel";
import { sqlOf, type Prisma } from "@/kernel/db/client";

/** The organisation's payment profile, made if it is not there, and locked. */
export async function lockProfile(tx: Tx, organisationId: string) {
  const sql = sqlOf(tx);
  await sql.paymentProfile.createMany({ data: [{ organisationId }], skipDuplicates: true });
  await sql.$queryRaw`SELECT 1 FROM payment_profile WHERE "organisationId" = ${organisationId} FOR UPDATE`;
  return sql.paymentProfile.findUniqueOrThrow({ where: { organisationId } });
}

export async function findProfile(tx: Tx, organisationId: string) {
  return sqlOf(tx).paymentProfile.findUnique({ where: { organisationId } });
}

export type ProfileRecord = NonNullable<Awaited<ReturnType<typeof findProfile>>>;

export async function findProfileByStripe(
  tx: Tx,
  by: { stripeCustomerId: string } | { connectedAccountId: string },
): Promise<ProfileRecord | null> {
  return sqlOf(tx).paymentProfile.findFirst({ where: by });
}

export async function updateProfile(
  tx: Tx,
  organisationId: string,
  data: Prisma.PaymentProfileUncheckedUpdateInput,
): Promise<void> {
  await sqlOf(tx).paymentProfile.update({ where: { organisationId }, data });
}

export async function selectAutoTopUpProfiles(tx: Tx) {
  return sqlOf(tx).paymentProfile.findMany({ where: { autoTopUpEnabled: true, frozenAt: null } });
}
