-- Spending controls: policy, projects, budgets, purchase orders, requests with their decisions, alerts; and invitations.
CREATE TYPE "BudgetPeriod" AS ENUM ('month', 'total');
CREATE TYPE "SpendingState" AS ENUM ('waiting', 'committed', 'released', 'declined', 'expired', 'withdrawn');
CREATE TYPE "ApprovalVerdict" AS ENUM ('approve', 'decline');

CREATE TABLE "spending_policy" (
    "organisationId" TEXT NOT NULL,
    "soloLimitMicros" BIGINT,
    "soloMonthMicros" BIGINT,
    "pairLimitMicros" BIGINT,
    "projectRequired" BOOLEAN NOT NULL DEFAULT false,
    "requestDays" INTEGER NOT NULL DEFAULT 7,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "spending_policy_pkey" PRIMARY KEY ("organisationId")
);

CREATE TABLE "project" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "costCentre" TEXT,
    "requiredTags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "poRequired" BOOLEAN NOT NULL DEFAULT false,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "project_organisationId_idx" ON "project"("organisationId");

CREATE TABLE "budget" (
    "projectId" TEXT NOT NULL,
    "period" "BudgetPeriod" NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "hardStop" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("projectId", "period")
);
ALTER TABLE "budget" ADD CONSTRAINT "budget_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "purchase_order" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "purchase_order_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "purchase_order_organisationId_number_key" ON "purchase_order"("organisationId", "number");
CREATE INDEX "purchase_order_projectId_idx" ON "purchase_order"("projectId");
ALTER TABLE "purchase_order" ADD CONSTRAINT "purchase_order_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "spending_request" (
    "jobId" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "rail" TEXT NOT NULL,
    "projectId" TEXT,
    "purchaseOrderId" TEXT,
    "poNumber" TEXT,
    "costCentre" TEXT,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "state" "SpendingState" NOT NULL,
    "reason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "month" TEXT,
    "releasedMicros" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "spending_request_pkey" PRIMARY KEY ("jobId")
);
CREATE INDEX "spending_request_organisationId_createdAt_idx" ON "spending_request"("organisationId", "createdAt" DESC);
CREATE INDEX "spending_request_projectId_month_idx" ON "spending_request"("projectId", "month");
CREATE INDEX "spending_request_purchaseOrderId_idx" ON "spending_request"("purchaseOrderId");
CREATE INDEX "spending_request_requestedBy_month_idx" ON "spending_request"("requestedBy", "month");

CREATE TABLE "approval_decision" (
    "id" BIGSERIAL NOT NULL,
    "jobId" TEXT NOT NULL,
    "approverId" TEXT NOT NULL,
    "approverRole" TEXT NOT NULL,
    "verdict" "ApprovalVerdict" NOT NULL,
    "comment" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_decision_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "approval_decision_jobId_approverId_key" ON "approval_decision"("jobId", "approverId");
ALTER TABLE "approval_decision" ADD CONSTRAINT "approval_decision_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "spending_request"("jobId") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "budget_alert" (
    "projectId" TEXT NOT NULL,
    "period" "BudgetPeriod" NOT NULL,
    "span" TEXT NOT NULL,
    "percent" INTEGER NOT NULL,
    "usedMicros" BIGINT NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "raisedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_alert_pkey" PRIMARY KEY ("projectId", "period", "span", "percent")
);
ALTER TABLE "budget_alert" ADD CONSTRAINT "budget_alert_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "invitation" (
    "id" TEXT NOT NULL,
    "organisationId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "invitedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "withdrawnAt" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "invitation_email_idx" ON "invitation"("email");

-- What Prisma cannot say. Limits are amounts of money, and their order makes sense.
ALTER TABLE "spending_policy" ADD CONSTRAINT spending_policy_limits CHECK (
  "soloLimitMicros" >= 0 AND "soloMonthMicros" >= 0 AND "pairLimitMicros" >= 0 AND "requestDays" BETWEEN 1 AND 90
  AND ("soloLimitMicros" IS NULL OR "pairLimitMicros" IS NULL OR "pairLimitMicros" >= "soloLimitMicros"));
ALTER TABLE "budget" ADD CONSTRAINT budget_positive CHECK ("amountMicros" > 0);
ALTER TABLE "purchase_order" ADD CONSTRAINT purchase_order_positive CHECK ("amountMicros" > 0);
CREATE UNIQUE INDEX project_open_name_once ON "project" ("organisationId", lower("name")) WHERE "closedAt" IS NULL;

-- A request counts from the moment it is committed, and never gives back more than it took.
ALTER TABLE "spending_request" ADD CONSTRAINT spending_request_amounts CHECK (
  "amountMicros" > 0 AND "releasedMicros" >= 0 AND "releasedMicros" <= "amountMicros");
ALTER TABLE "spending_request" ADD CONSTRAINT spending_request_counts_in_a_month CHECK (
  (state IN ('committed', 'released')) = ("month" IS NOT NULL));
ALTER TABLE "spending_request" ADD CONSTRAINT spending_request_releases_once CHECK (
  state = 'released' OR "releasedMicros" = 0);
CREATE INDEX spending_request_waiting ON "spending_request" ("expiresAt") WHERE state = 'waiting';

-- What was asked stays as it was asked; a decided request is never asked again.
CREATE FUNCTION keep_spending_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW."jobId", NEW."organisationId", NEW."requestedBy", NEW."amountMicros", NEW."rail", NEW."projectId",
      NEW."purchaseOrderId", NEW."poNumber", NEW."costCentre", NEW."tags", NEW."createdAt", NEW."expiresAt")
     IS DISTINCT FROM
     (OLD."jobId", OLD."organisationId", OLD."requestedBy", OLD."amountMicros", OLD."rail", OLD."projectId",
      OLD."purchaseOrderId", OLD."poNumber", OLD."costCentre", OLD."tags", OLD."createdAt", OLD."expiresAt")
  THEN
    RAISE EXCEPTION 'a spending request stays as it was asked' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT (OLD.state = NEW.state
          OR (OLD.state = 'waiting' AND NEW.state IN ('committed', 'declined', 'expired', 'withdrawn'))
          OR (OLD.state = 'committed' AND NEW.state = 'released'))
  THEN
    RAISE EXCEPTION 'a % request cannot become %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER spending_request_kept BEFORE UPDATE ON "spending_request"
  FOR EACH ROW EXECUTE FUNCTION keep_spending_request();
CREATE TRIGGER spending_request_stays BEFORE DELETE ON "spending_request"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Nobody decides on what they asked for themselves, and nobody decides on what is decided.
CREATE FUNCTION check_approval_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  _request spending_request%ROWTYPE;
BEGIN
  SELECT * INTO _request FROM spending_request WHERE "jobId" = NEW."jobId";
  IF _request."requestedBy" = NEW."approverId" THEN
    RAISE EXCEPTION 'nobody approves a request of their own' USING ERRCODE = 'check_violation';
  END IF;
  IF _request.state <> 'waiting' THEN
    RAISE EXCEPTION 'the request is % already', _request.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_decision_is_anothers BEFORE INSERT ON "approval_decision"
  FOR EACH ROW EXECUTE FUNCTION check_approval_decision();
CREATE TRIGGER approval_decision_append_only BEFORE UPDATE OR DELETE ON "approval_decision"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER budget_alert_append_only BEFORE UPDATE OR DELETE ON "budget_alert"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- An organisation that has members keeps an owner among them; checked at commit, so that a swap is one transaction.
CREATE FUNCTION organisation_keeps_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM member WHERE "organisationId" = OLD."organisationId")
     AND NOT EXISTS (SELECT 1 FROM member WHERE "organisationId" = OLD."organisationId" AND role = 'owner')
  THEN
    RAISE EXCEPTION 'an organisation keeps an owner' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER member_owner_stays AFTER UPDATE OR DELETE ON "member" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION organisation_keeps_an_owner();

-- One open invitation an address and organisation, and one spelling of the address.
CREATE UNIQUE INDEX invitation_open_once ON "invitation" ("organisationId", "email")
  WHERE "acceptedAt" IS NULL AND "withdrawnAt" IS NULL;
ALTER TABLE "invitation" ADD CONSTRAINT invitation_email_lower CHECK ("email" = lower("email"));
