-- What Prisma cannot say: partial uniques, CHECKs and append-only tables of identity, jobs and verification.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_log_entry_append_only BEFORE UPDATE OR DELETE ON "audit_log_entry"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_event_append_only BEFORE UPDATE OR DELETE ON "job_event"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One platform organisation at most.
CREATE UNIQUE INDEX organisation_platform_once ON "organisation" ("isPlatform") WHERE "isPlatform";
-- E-mail is an identity only when it has one spelling.
ALTER TABLE "user_account" ADD CONSTRAINT user_email_lower CHECK (email = lower(email));

-- One live attempt per segment index; void attempts stay as history.
CREATE UNIQUE INDEX segment_live_once ON "segment" ("jobId", "index") WHERE state <> 'void';
ALTER TABLE "segment" ADD CONSTRAINT segment_committed_is_whole CHECK (
  state IN ('leased', 'void')
  OR ("commitment" IS NOT NULL AND "stateRoot" IS NOT NULL AND "stateBlob" IS NOT NULL AND "losses" IS NOT NULL
      AND "signature" IS NOT NULL AND "drawn" IS NOT NULL));
-- Paid work is verified work.
ALTER TABLE "segment" ADD CONSTRAINT segment_paid_is_verified CHECK ("paidAt" IS NULL OR state = 'verified');
ALTER TABLE "segment" ADD CONSTRAINT segment_price_not_negative CHECK ("priceMicros" >= 0);

-- A machine holds one lease, and one piece of work is leased once.
CREATE UNIQUE INDEX lease_machine_once ON "lease" ("machineId") WHERE state = 'active';
CREATE UNIQUE INDEX lease_training_once ON "lease" ("segmentId") WHERE state = 'active' AND "auditId" IS NULL;
CREATE UNIQUE INDEX lease_audit_once ON "lease" ("auditId") WHERE state = 'active' AND "auditId" IS NOT NULL;
-- The sweep of expired leases reads only active ones. expiresAt is not indexed, so heartbeats stay HOT updates.
CREATE INDEX lease_active ON "lease" ("jobId") WHERE state = 'active';
ALTER TABLE "lease" SET (fillfactor = 60);
ALTER TABLE "machine" SET (fillfactor = 70);

-- Work an auditor may take.
CREATE INDEX audit_open ON "audit" ("createdAt") WHERE state = 'open';

ALTER TABLE "job" ADD CONSTRAINT job_limit_positive CHECK ("limitMicros" > 0 AND "segmentCount" > 0 AND "stepsPerSegment" > 0);
ALTER TABLE "job" ADD CONSTRAINT job_completed_delivers CHECK (state <> 'completed' OR "deliverables" IS NOT NULL);
