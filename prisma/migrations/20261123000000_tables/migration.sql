-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'admin', 'engineer', 'finance', 'viewer');

-- CreateEnum
CREATE TYPE "JobState" AS ENUM ('open', 'running', 'completed', 'cancelled', 'failed');

-- CreateEnum
CREATE TYPE "SegmentState" AS ENUM ('leased', 'committed', 'verified', 'void');

-- CreateEnum
CREATE TYPE "LeaseState" AS ENUM ('active', 'committed', 'expired', 'released');

-- CreateEnum
CREATE TYPE "OfferState" AS ENUM ('active', 'paused');

-- CreateEnum
CREATE TYPE "OrderState" AS ENUM ('open', 'matched', 'filled', 'cancelled');

-- CreateEnum
CREATE TYPE "MatchState" AS ENUM ('active', 'ended');

-- CreateEnum
CREATE TYPE "AuditState" AS ENUM ('open', 'leased', 'agreed', 'disagreed', 'void');

-- CreateEnum
CREATE TYPE "AuditCause" AS ENUM ('draw', 'tiebreak', 'platform');

-- CreateTable
CREATE TABLE "organisation" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "isPlatform" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_account" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" TIMESTAMPTZ(3),
    "name" TEXT,
    "image" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "organisationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("organisationId","userId")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "sessionToken" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "organisationId" TEXT,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification_token" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_token_pkey" PRIMARY KEY ("identifier","token")
);

-- CreateTable
CREATE TABLE "join_token" (
    "id" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedByMachine" TEXT,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "join_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "report" JSONB NOT NULL,
    "numericClass" TEXT NOT NULL,
    "flopsPerSecond" DOUBLE PRECISION NOT NULL,
    "provider" TEXT NOT NULL,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "quarantinedAt" TIMESTAMPTZ(3),
    "quarantineReason" TEXT,

    CONSTRAINT "machine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organisationId" TEXT,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_log_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataset" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "train" JSONB NOT NULL,
    "heldOut" JSONB NOT NULL,
    "totalBytes" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "state" "JobState" NOT NULL DEFAULT 'open',
    "spec" JSONB NOT NULL,
    "specHash" TEXT NOT NULL,
    "quote" JSONB NOT NULL,
    "drawKey" TEXT NOT NULL,
    "drawKeyHash" TEXT NOT NULL,
    "segmentCount" INTEGER NOT NULL,
    "stepsPerSegment" INTEGER NOT NULL,
    "flopsPerSegment" DOUBLE PRECISION NOT NULL,
    "limitMicros" BIGINT NOT NULL,
    "datasetId" TEXT NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "firstVerifiedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "deliverables" JSONB,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "segment" (
    "id" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "state" "SegmentState" NOT NULL DEFAULT 'leased',
    "machineId" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "matchId" TEXT NOT NULL,
    "previousCommitment" TEXT NOT NULL,
    "startState" TEXT NOT NULL,
    "startStateRoot" TEXT NOT NULL,
    "stateBlob" TEXT,
    "stateRoot" TEXT,
    "losses" BYTEA,
    "evaluation" BYTEA,
    "numericClass" TEXT NOT NULL,
    "commitment" TEXT,
    "signature" TEXT,
    "drawProbability" DOUBLE PRECISION,
    "drawn" BOOLEAN,
    "priceMicros" BIGINT NOT NULL,
    "trainMs" DOUBLE PRECISION,
    "evaluateMs" DOUBLE PRECISION,
    "hashMs" DOUBLE PRECISION,
    "peakMemoryBytes" BIGINT,
    "leasedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "committedAt" TIMESTAMPTZ(3),
    "verifiedAt" TIMESTAMPTZ(3),
    "paidAt" TIMESTAMPTZ(3),
    "voidReason" TEXT,

    CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lease" (
    "id" TEXT NOT NULL,
    "token" BIGSERIAL NOT NULL,
    "machineId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "segmentId" TEXT NOT NULL,
    "auditId" TEXT,
    "state" "LeaseState" NOT NULL DEFAULT 'active',
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "stepsDone" INTEGER NOT NULL DEFAULT 0,
    "losses" BYTEA NOT NULL DEFAULT '\x',

    CONSTRAINT "lease_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_event" (
    "id" BIGSERIAL NOT NULL,
    "jobId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "job_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_account" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "organisationId" TEXT,
    "asset" TEXT NOT NULL,
    "balanceMicros" BIGINT NOT NULL DEFAULT 0,
    "version" BIGINT NOT NULL DEFAULT 0,
    "allowNegative" BOOLEAN NOT NULL DEFAULT false,
    "entryOnly" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ledger_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_transfer" (
    "id" BIGSERIAL NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "id" BIGSERIAL NOT NULL,
    "transferId" BIGINT NOT NULL,
    "accountId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "balanceAfter" BIGINT,
    "version" BIGINT,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "offer" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "floorMicrosPerHour" BIGINT NOT NULL,
    "state" "OfferState" NOT NULL DEFAULT 'active',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "market_order" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "limitMicros" BIGINT NOT NULL,
    "segmentCount" INTEGER NOT NULL,
    "flopsPerSegment" DOUBLE PRECISION NOT NULL,
    "memoryBytes" BIGINT NOT NULL,
    "state" "OrderState" NOT NULL DEFAULT 'open',
    "excludedMachines" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "market_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "batch" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "input" JSONB NOT NULL,
    "fills" JSONB NOT NULL,

    CONSTRAINT "batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "match" (
    "id" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "offerId" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "batchId" BIGINT NOT NULL,
    "pricePerSegmentMicros" BIGINT NOT NULL,
    "state" "MatchState" NOT NULL DEFAULT 'active',
    "explanation" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,

    CONSTRAINT "match_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deposit" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "rail" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deposit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine_record" (
    "machineId" TEXT NOT NULL,
    "validSegments" INTEGER NOT NULL DEFAULT 0,
    "faults" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "machine_record_pkey" PRIMARY KEY ("machineId")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "segmentId" TEXT NOT NULL,
    "cause" "AuditCause" NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "state" "AuditState" NOT NULL DEFAULT 'open',
    "machineId" TEXT,
    "organisationId" TEXT,
    "commitment" TEXT,
    "signature" TEXT,
    "stateRoot" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "feeMicros" BIGINT NOT NULL DEFAULT 0,
    "paidAt" TIMESTAMPTZ(3),

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organisation_slug_key" ON "organisation"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE INDEX "member_userId_idx" ON "member"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "session_sessionToken_key" ON "session"("sessionToken");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "verification_token_token_key" ON "verification_token"("token");

-- CreateIndex
CREATE UNIQUE INDEX "join_token_tokenHash_key" ON "join_token"("tokenHash");

-- CreateIndex
CREATE INDEX "join_token_organisationId_idx" ON "join_token"("organisationId");

-- CreateIndex
CREATE UNIQUE INDEX "machine_publicKey_key" ON "machine"("publicKey");

-- CreateIndex
CREATE INDEX "machine_organisationId_idx" ON "machine"("organisationId");

-- CreateIndex
CREATE INDEX "audit_log_entry_organisationId_id_idx" ON "audit_log_entry"("organisationId", "id");

-- CreateIndex
CREATE INDEX "dataset_organisationId_idx" ON "dataset"("organisationId");

-- CreateIndex
CREATE INDEX "job_organisationId_createdAt_idx" ON "job"("organisationId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "job_organisationId_idempotencyKey_key" ON "job"("organisationId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "segment_machineId_committedAt_idx" ON "segment"("machineId", "committedAt");

-- CreateIndex
CREATE UNIQUE INDEX "segment_jobId_index_attempt_key" ON "segment"("jobId", "index", "attempt");

-- CreateIndex
CREATE INDEX "lease_jobId_idx" ON "lease"("jobId");

-- CreateIndex
CREATE INDEX "job_event_jobId_id_idx" ON "job_event"("jobId", "id");

-- CreateIndex
CREATE INDEX "ledger_account_organisationId_idx" ON "ledger_account"("organisationId");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transfer_idempotencyKey_key" ON "ledger_transfer"("idempotencyKey");

-- CreateIndex
CREATE INDEX "ledger_transfer_reference_idx" ON "ledger_transfer"("reference");

-- CreateIndex
CREATE INDEX "ledger_entry_transferId_idx" ON "ledger_entry"("transferId");

-- CreateIndex
CREATE INDEX "ledger_entry_accountId_id_idx" ON "ledger_entry"("accountId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entry_accountId_version_key" ON "ledger_entry"("accountId", "version");

-- CreateIndex
CREATE UNIQUE INDEX "offer_machineId_key" ON "offer"("machineId");

-- CreateIndex
CREATE INDEX "offer_organisationId_idx" ON "offer"("organisationId");

-- CreateIndex
CREATE UNIQUE INDEX "market_order_jobId_key" ON "market_order"("jobId");

-- CreateIndex
CREATE INDEX "market_order_state_idx" ON "market_order"("state");

-- CreateIndex
CREATE INDEX "match_jobId_idx" ON "match"("jobId");

-- CreateIndex
CREATE INDEX "match_machineId_idx" ON "match"("machineId");

-- CreateIndex
CREATE UNIQUE INDEX "deposit_organisationId_idempotencyKey_key" ON "deposit"("organisationId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "audit_jobId_idx" ON "audit"("jobId");

-- CreateIndex
CREATE UNIQUE INDEX "audit_segmentId_ordinal_key" ON "audit"("segmentId", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "audit_segmentId_organisationId_key" ON "audit"("segmentId", "organisationId");

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "segment" ADD CONSTRAINT "segment_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_event" ADD CONSTRAINT "job_event_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

