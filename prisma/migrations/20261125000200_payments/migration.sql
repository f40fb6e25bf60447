-- CreateEnum
CREATE TYPE "TopUpMethod" AS ENUM ('card', 'ach', 'bank_transfer');

-- CreateEnum
CREATE TYPE "TopUpState" AS ENUM ('open', 'processing', 'paid', 'failed', 'expired');

-- CreateEnum
CREATE TYPE "RefundState" AS ENUM ('pending', 'succeeded', 'failed');

-- CreateEnum
CREATE TYPE "PayoutState" AS ENUM ('requested', 'transferred', 'in_transit', 'paid', 'returning', 'failed');

-- CreateEnum
CREATE TYPE "StripeCallState" AS ENUM ('pending', 'done', 'refused', 'blocked');

-- AlterTable
ALTER TABLE "deposit" ADD COLUMN     "chargeId" TEXT,
ADD COLUMN     "feeMicros" BIGINT,
ADD COLUMN     "source" TEXT;

-- CreateTable
CREATE TABLE "top_up" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "method" "TopUpMethod" NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "state" "TopUpState" NOT NULL DEFAULT 'open',
    "automatic" BOOLEAN NOT NULL DEFAULT false,
    "checkoutSessionId" TEXT,
    "paymentIntentId" TEXT,
    "url" TEXT,
    "failure" TEXT,
    "depositId" TEXT,
    "idempotencyKey" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "top_up_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_profile" (
    "organisationId" TEXT NOT NULL,
    "stripeCustomerId" TEXT,
    "savedPaymentMethod" TEXT,
    "autoTopUpEnabled" BOOLEAN NOT NULL DEFAULT false,
    "autoTopUpBelowMicros" BIGINT NOT NULL DEFAULT 0,
    "autoTopUpAmountMicros" BIGINT NOT NULL DEFAULT 0,
    "autoTopUpMonthlyMaxMicros" BIGINT NOT NULL DEFAULT 0,
    "connectedAccountId" TEXT,
    "detailsSubmitted" BOOLEAN NOT NULL DEFAULT false,
    "transfersActive" BOOLEAN NOT NULL DEFAULT false,
    "payoutsEnabled" BOOLEAN NOT NULL DEFAULT false,
    "frozenAt" TIMESTAMPTZ(3),
    "frozenReason" TEXT,

    CONSTRAINT "payment_profile_pkey" PRIMARY KEY ("organisationId")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "depositId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "state" "RefundState" NOT NULL DEFAULT 'pending',
    "stripeRefundId" TEXT,
    "reason" TEXT NOT NULL,
    "failure" TEXT,
    "createdBy" TEXT NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dispute" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "depositId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recoveredMicros" BIGINT NOT NULL DEFAULT 0,
    "lossMicros" BIGINT NOT NULL DEFAULT 0,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "evidenceDueAt" TIMESTAMPTZ(3),
    "evidenceSentAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "state" "PayoutState" NOT NULL DEFAULT 'requested',
    "accountId" TEXT NOT NULL,
    "transferId" TEXT,
    "stripePayoutId" TEXT,
    "failure" TEXT,
    "idempotencyKey" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "payout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_call" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "account" TEXT,
    "state" "StripeCallState" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "firstAttemptAt" TIMESTAMPTZ(3),
    "externalId" TEXT,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "stripe_call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stripe_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "objectId" TEXT NOT NULL,
    "account" TEXT,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handledAt" TIMESTAMPTZ(3),

    CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "top_up_checkoutSessionId_key" ON "top_up"("checkoutSessionId");

-- CreateIndex
CREATE UNIQUE INDEX "top_up_paymentIntentId_key" ON "top_up"("paymentIntentId");

-- CreateIndex
CREATE UNIQUE INDEX "top_up_depositId_key" ON "top_up"("depositId");

-- CreateIndex
CREATE INDEX "top_up_organisationId_createdAt_idx" ON "top_up"("organisationId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "top_up_organisationId_idempotencyKey_key" ON "top_up"("organisationId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "payment_profile_stripeCustomerId_key" ON "payment_profile"("stripeCustomerId");

-- CreateIndex
CREATE UNIQUE INDEX "payment_profile_connectedAccountId_key" ON "payment_profile"("connectedAccountId");

-- CreateIndex
CREATE UNIQUE INDEX "refund_stripeRefundId_key" ON "refund"("stripeRefundId");

-- CreateIndex
CREATE INDEX "refund_depositId_idx" ON "refund"("depositId");

-- CreateIndex
CREATE UNIQUE INDEX "refund_organisationId_idempotencyKey_depositId_key" ON "refund"("organisationId", "idempotencyKey", "depositId");

-- CreateIndex
CREATE INDEX "dispute_organisationId_idx" ON "dispute"("organisationId");

-- CreateIndex
CREATE UNIQUE INDEX "payout_transferId_key" ON "payout"("transferId");

-- CreateIndex
CREATE UNIQUE INDEX "payout_stripePayoutId_key" ON "payout"("stripePayoutId");

-- CreateIndex
CREATE INDEX "payout_organisationId_createdAt_idx" ON "payout"("organisationId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "payout_organisationId_idempotencyKey_key" ON "payout"("organisationId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "stripe_call_kind_reference_key" ON "stripe_call"("kind", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "deposit_rail_source_key" ON "deposit"("rail", "source");



ALTER TABLE "top_up" ADD CONSTRAINT top_up_amount_positive CHECK ("amountMicros" > 0 AND "amountMicros" % 10000 = 0);
ALTER TABLE "top_up" ADD CONSTRAINT top_up_paid_has_deposit CHECK ((state = 'paid') = ("depositId" IS NOT NULL));
ALTER TABLE "refund" ADD CONSTRAINT refund_amount_positive CHECK ("amountMicros" > 0);
ALTER TABLE "payout" ADD CONSTRAINT payout_amount_positive CHECK ("amountMicros" > 0 AND "amountMicros" % 10000 = 0);
ALTER TABLE "dispute" ADD CONSTRAINT dispute_recovered CHECK ("recoveredMicros" >= 0 AND "lossMicros" >= 0);
ALTER TABLE "deposit" ADD CONSTRAINT deposit_amount_positive CHECK ("amountMicros" > 0);
-- At most one automatic top-up of an organisation is on its way.
CREATE UNIQUE INDEX top_up_automatic_once ON "top_up" ("organisationId") WHERE automatic AND state IN ('open', 'processing');
CREATE INDEX top_up_unfinished ON "top_up" ("createdAt") WHERE state IN ('open', 'processing');
CREATE INDEX refund_unfinished ON "refund" ("createdAt") WHERE state = 'pending';
CREATE INDEX payout_unfinished ON "payout" ("createdAt") WHERE state NOT IN ('paid', 'failed');
CREATE INDEX stripe_call_unfinished ON "stripe_call" ("createdAt") WHERE state = 'pending';
CREATE INDEX stripe_event_unhandled ON "stripe_event" ("receivedAt") WHERE "handledAt" IS NULL;

-- What a call asks for never changes: the same key always carries the same body.
CREATE FUNCTION keep_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.reference, NEW.request, NEW.account) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.reference, OLD.request, OLD.account) THEN
    RAISE EXCEPTION 'the request of a Stripe call never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stripe_call_request_stays BEFORE UPDATE ON "stripe_call" FOR EACH ROW EXECUTE FUNCTION keep_request();
CREATE TRIGGER stripe_call_stays BEFORE DELETE ON "stripe_call" FOR EACH ROW EXECUTE FUNCTION refuse_change();
