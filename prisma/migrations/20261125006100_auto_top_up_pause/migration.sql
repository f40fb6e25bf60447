-- AlterTable
ALTER TABLE "payment_profile" ADD COLUMN     "autoTopUpPausedReason" TEXT;

-- What is paused charges nothing.
ALTER TABLE "payment_profile" ADD CONSTRAINT auto_top_up_paused CHECK ("autoTopUpPausedReason" IS NULL OR NOT "autoTopUpEnabled");
