-- Jobs that are here were posted before what they asked for was hashed: a repeat of their keys is refused.
ALTER TABLE "job" ADD COLUMN     "requestHash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "job" ALTER COLUMN "requestHash" DROP DEFAULT;
