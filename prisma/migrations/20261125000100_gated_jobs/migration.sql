-- A job may wait for an approval or for its money before it goes on the market.
ALTER TYPE "JobState" ADD VALUE 'awaiting_approval' BEFORE 'open';
ALTER TYPE "JobState" ADD VALUE 'awaiting_funds' BEFORE 'open';
CREATE TYPE "JobRail" AS ENUM ('balance', 'usdc');
ALTER TABLE "job" ADD COLUMN "rail" "JobRail" NOT NULL DEFAULT 'balance';
