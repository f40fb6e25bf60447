-- CreateEnum
CREATE TYPE "WireState" AS ENUM ('received', 'credited');

-- CreateTable
CREATE TABLE "wire" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "customerId" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "senderName" TEXT,
    "reference" TEXT,
    "state" "WireState" NOT NULL DEFAULT 'received',
    "paymentIntentId" TEXT,
    "failure" TEXT,
    "depositId" TEXT,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "creditedAt" TIMESTAMPTZ(3),

    CONSTRAINT "wire_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "wire_paymentIntentId_key" ON "wire"("paymentIntentId");

-- CreateIndex
CREATE UNIQUE INDEX "wire_depositId_key" ON "wire"("depositId");

-- CreateIndex
CREATE INDEX "wire_organisationId_receivedAt_idx" ON "wire"("organisationId", "receivedAt" DESC);

ALTER TABLE "wire" ADD CONSTRAINT wire_amount_positive CHECK ("amountMicros" > 0 AND "amountMicros" % 10000 = 0);
ALTER TABLE "wire" ADD CONSTRAINT wire_credited_has_deposit CHECK ((state = 'credited') = ("depositId" IS NOT NULL) AND (state = 'credited') = ("creditedAt" IS NOT NULL));
CREATE INDEX wire_uncredited ON "wire" ("receivedAt") WHERE state = 'received';
CREATE TRIGGER wire_stays BEFORE DELETE ON "wire" FOR EACH ROW EXECUTE FUNCTION refuse_change();
