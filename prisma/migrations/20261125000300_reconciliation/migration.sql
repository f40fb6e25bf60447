CREATE TABLE "difference" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "ledgerMicros" BIGINT NOT NULL,
    "outsideMicros" BIGINT NOT NULL,
    "sentence" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "difference_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "tie_out" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tookMs" INTEGER NOT NULL,
    "green" BOOLEAN NOT NULL,
    "openCount" INTEGER NOT NULL,
    "sums" JSONB NOT NULL,

    CONSTRAINT "tie_out_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "tie_out_at_idx" ON "tie_out"("at" DESC);

CREATE UNIQUE INDEX difference_open_once ON "difference" (kind, reference, asset) WHERE "resolvedAt" IS NULL;
CREATE TRIGGER tie_out_append_only BEFORE UPDATE OR DELETE ON "tie_out" FOR EACH ROW EXECUTE FUNCTION refuse_change();
