
-- CreateEnum
CREATE TYPE "EscrowOrderState" AS ENUM ('prepared', 'authorised', 'funded', 'closing', 'closed', 'quarantined');

-- CreateEnum
CREATE TYPE "ChainTransactionState" AS ENUM ('queued', 'sent', 'confirmed', 'reverted', 'refused');

-- CreateEnum
CREATE TYPE "WithdrawalState" AS ENUM ('requested', 'sent', 'paid', 'failed');

-- CreateTable
CREATE TABLE "chain_cursor" (
    "id" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "blockHash" TEXT NOT NULL,
    "safeNumber" BIGINT NOT NULL DEFAULT 0,
    "finalizedNumber" BIGINT NOT NULL DEFAULT 0,
    "bookedNumber" BIGINT NOT NULL DEFAULT 0,
    "haltedAt" TIMESTAMPTZ(3),
    "haltReason" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_cursor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_block" (
    "cursorId" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "chain_block_pkey" PRIMARY KEY ("cursorId","number")
);

-- CreateTable
CREATE TABLE "chain_log" (
    "cursorId" TEXT NOT NULL,
    "blockHash" TEXT NOT NULL,
    "logIndex" INTEGER NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "transactionHash" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "orderId" TEXT,
    "amountMicros" BIGINT,
    "data" JSONB NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "appliedAt" TIMESTAMPTZ(3),

    CONSTRAINT "chain_log_pkey" PRIMARY KEY ("cursorId","blockHash","logIndex")
);

-- CreateTable
CREATE TABLE "chain_incident" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "amountMicros" BIGINT,
    "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "chain_incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "escrow_order" (
    "id" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "cursorId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "terms" JSONB NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "state" "EscrowOrderState" NOT NULL DEFAULT 'prepared',
    "depositedMicros" BIGINT NOT NULL DEFAULT 0,
    "releasedMicros" BIGINT NOT NULL DEFAULT 0,
    "refundedMicros" BIGINT NOT NULL DEFAULT 0,
    "openUntil" TIMESTAMPTZ(3) NOT NULL,
    "graceUntil" TIMESTAMPTZ(3) NOT NULL,
    "signature" TEXT,
    "failure" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fundedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "escrow_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "escrow_voucher" (
    "escrowOrderId" TEXT NOT NULL,
    "segmentIndex" INTEGER NOT NULL,
    "cumulativeMicros" BIGINT NOT NULL,
    "evidenceRoot" TEXT NOT NULL,
    "signature" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "escrow_voucher_pkey" PRIMARY KEY ("escrowOrderId","segmentIndex")
);

-- CreateTable
CREATE TABLE "chain_key" (
    "id" TEXT NOT NULL,
    "nextNonce" INTEGER NOT NULL,

    CONSTRAINT "chain_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_transaction" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "toAddress" TEXT NOT NULL,
    "callData" TEXT NOT NULL,
    "state" "ChainTransactionState" NOT NULL DEFAULT 'queued',
    "nonce" INTEGER,
    "attempts" JSONB NOT NULL DEFAULT '[]',
    "sentAt" TIMESTAMPTZ(3),
    "deadline" TIMESTAMPTZ(3),
    "hash" TEXT,
    "blockNumber" BIGINT,
    "gasUsed" BIGINT,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "chain_transaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wallet" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "linkedBy" TEXT NOT NULL,
    "linkedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "unlinkedAt" TIMESTAMPTZ(3),
    "isPayout" BOOLEAN NOT NULL DEFAULT false,
    "payoutFrom" TIMESTAMPTZ(3),

    CONSTRAINT "wallet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wallet_challenge" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "wallet_challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address_screening" (
    "id" BIGSERIAL NOT NULL,
    "address" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "address_screening_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawal" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "state" "WithdrawalState" NOT NULL DEFAULT 'requested',
    "failure" TEXT,
    "hash" TEXT,
    "idempotencyKey" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "withdrawal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "chain_log_cursorId_blockNumber_idx" ON "chain_log"("cursorId", "blockNumber");

-- CreateIndex
CREATE INDEX "chain_log_orderId_idx" ON "chain_log"("orderId");

-- CreateIndex
CREATE INDEX "chain_incident_openedAt_idx" ON "chain_incident"("openedAt");

-- CreateIndex
CREATE UNIQUE INDEX "escrow_order_orderId_key" ON "escrow_order"("orderId");

-- CreateIndex
CREATE INDEX "escrow_order_jobId_idx" ON "escrow_order"("jobId");

-- CreateIndex
CREATE INDEX "escrow_order_state_idx" ON "escrow_order"("state");

-- CreateIndex
CREATE INDEX "chain_transaction_state_idx" ON "chain_transaction"("state");

-- CreateIndex
CREATE INDEX "chain_transaction_reference_idx" ON "chain_transaction"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "chain_transaction_keyId_nonce_key" ON "chain_transaction"("keyId", "nonce");

-- CreateIndex
CREATE INDEX "wallet_organisationId_idx" ON "wallet"("organisationId");

-- CreateIndex
CREATE INDEX "address_screening_address_idx" ON "address_screening"("address");

-- CreateIndex
CREATE INDEX "withdrawal_state_idx" ON "withdrawal"("state");

-- CreateIndex
CREATE UNIQUE INDEX "withdrawal_organisationId_idempotencyKey_key" ON "withdrawal"("organisationId", "idempotencyKey");



-- One open row a thing that needs looking at, one funded order a job, one owner a wallet, one payout wallet an organisation.
CREATE UNIQUE INDEX chain_incident_open ON "chain_incident" (kind, reference) WHERE "resolvedAt" IS NULL;
CREATE UNIQUE INDEX escrow_order_funded_once ON "escrow_order" ("jobId") WHERE state = 'funded';
CREATE UNIQUE INDEX wallet_linked_once ON "wallet" (address) WHERE "unlinkedAt" IS NULL;
CREATE UNIQUE INDEX wallet_payout_once ON "wallet" ("organisationId") WHERE "isPayout" AND "unlinkedAt" IS NULL;
-- What is still to be acted on.
CREATE INDEX chain_log_waiting ON "chain_log" ("cursorId", "blockNumber", "logIndex") WHERE "appliedAt" IS NULL;
-- While one is under way there is no second transaction for the same purpose.
CREATE UNIQUE INDEX chain_transaction_live_once ON "chain_transaction" (kind, reference) WHERE state IN ('queued', 'sent');

ALTER TABLE "chain_cursor" ADD CONSTRAINT chain_cursor_depths CHECK ("safeNumber" >= 0 AND "finalizedNumber" >= 0 AND "bookedNumber" >= 0);
ALTER TABLE "escrow_order" ADD CONSTRAINT escrow_order_amount_positive CHECK ("amountMicros" > 0);
ALTER TABLE "escrow_order" ADD CONSTRAINT escrow_order_within_deposit CHECK (
  "depositedMicros" >= 0 AND "releasedMicros" >= 0 AND "refundedMicros" >= 0
  AND "releasedMicros" + "refundedMicros" <= "depositedMicros");
ALTER TABLE "escrow_order" ADD CONSTRAINT escrow_order_grace_is_later CHECK ("graceUntil" > "openUntil");
ALTER TABLE "escrow_voucher" ADD CONSTRAINT escrow_voucher_positive CHECK ("cumulativeMicros" > 0 AND "segmentIndex" >= 0);
ALTER TABLE "chain_transaction" ADD CONSTRAINT chain_transaction_sent_has_nonce CHECK (
  (state IN ('queued', 'refused')) = (nonce IS NULL));
ALTER TABLE "withdrawal" ADD CONSTRAINT withdrawal_amount_positive CHECK ("amountMicros" > 0);

-- A later voucher is worth more than every earlier one of its order, and none ever changes but to be signed.
CREATE FUNCTION voucher_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW."escrowOrderId", NEW."segmentIndex", NEW."cumulativeMicros", NEW."evidenceRoot")
      IS DISTINCT FROM (OLD."escrowOrderId", OLD."segmentIndex", OLD."cumulativeMicros", OLD."evidenceRoot") THEN
      RAISE EXCEPTION 'a voucher never changes' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF EXISTS (SELECT 1 FROM escrow_voucher v WHERE v."escrowOrderId" = NEW."escrowOrderId"
    AND (v."segmentIndex" >= NEW."segmentIndex" OR v."cumulativeMicros" >= NEW."cumulativeMicros")) THEN
    RAISE EXCEPTION 'voucher % of % is not above the ones before', NEW."segmentIndex", NEW."escrowOrderId"
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER escrow_voucher_grows BEFORE INSERT OR UPDATE ON "escrow_voucher"
  FOR EACH ROW EXECUTE FUNCTION voucher_grows();
CREATE TRIGGER escrow_voucher_stays BEFORE DELETE ON "escrow_voucher" FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A log that was acted on is part of the books: it stays as it is.
CREATE FUNCTION applied_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."appliedAt" IS NOT NULL THEN
    RAISE EXCEPTION 'log % of block % was acted on', OLD."logIndex", OLD."blockHash" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER chain_log_applied_stays BEFORE UPDATE OR DELETE ON "chain_log"
  FOR EACH ROW EXECUTE FUNCTION applied_log_stays();

CREATE TRIGGER address_screening_append_only BEFORE UPDATE OR DELETE ON "address_screening"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
