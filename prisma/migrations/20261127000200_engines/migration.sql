-- A job is trained by one of two engines, and a machine has a speed under each that it runs.
CREATE TYPE "Engine" AS ENUM ('native', 'exact');

-- Orders and jobs that are here were posted when there was one engine.
ALTER TABLE "market_order" ADD COLUMN     "engine" "Engine" NOT NULL DEFAULT 'native';
ALTER TABLE "market_order" ALTER COLUMN "engine" DROP DEFAULT;
UPDATE "job" SET "quote" = jsonb_set("quote", '{training,engine}', '"native"');

-- Machines that are here have not been measured under the other one; they are when their worker starts again.
ALTER TABLE "machine" ALTER COLUMN "flopsPerSecond" DROP NOT NULL;
ALTER TABLE "machine" ADD COLUMN     "exactFlopsPerSecond" DOUBLE PRECISION;
UPDATE "machine" SET "report" = "report" || jsonb_build_object(
  'flopsPerSecond', jsonb_build_object('native', "report"->'flopsPerSecond', 'exact', NULL)
);
ALTER TABLE "machine" ADD CONSTRAINT machine_runs_an_engine
  CHECK ("flopsPerSecond" IS NOT NULL OR "exactFlopsPerSecond" IS NOT NULL);
