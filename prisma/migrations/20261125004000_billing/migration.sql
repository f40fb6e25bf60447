CREATE TYPE "DocumentKind" AS ENUM ('receipt', 'refund_receipt', 'invoice', 'credit_note', 'statement', 'self_billing');

CREATE TABLE "tax_profile" (
  "organisationId" TEXT NOT NULL,
  "version" INTEGER NOT NULL,
  "legalName" TEXT NOT NULL,
  "addressLines" TEXT[],
  "country" TEXT NOT NULL,
  "taxId" TEXT,
  "exemptionCertificate" TEXT,
  "billingEmails" TEXT[],
  "purchaseOrder" TEXT,
  "language" TEXT NOT NULL,
  "createdBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "tax_profile_pkey" PRIMARY KEY ("organisationId", "version")
);

CREATE TABLE "document_counter" (
  "legalEntity" TEXT NOT NULL,
  "series" TEXT NOT NULL,
  "last" BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT "document_counter_pkey" PRIMARY KEY ("legalEntity", "series")
);

CREATE TABLE "billing_document" (
  "id" TEXT NOT NULL,
  "organisationId" TEXT NOT NULL,
  "kind" "DocumentKind" NOT NULL,
  "legalEntity" TEXT NOT NULL,
  "series" TEXT NOT NULL,
  "sequence" BIGINT NOT NULL,
  "number" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "profileVersion" INTEGER,
  "periodStart" TIMESTAMPTZ(3),
  "periodEnd" TIMESTAMPTZ(3),
  "invoiceId" TEXT,
  "issuedBy" TEXT NOT NULL,
  "issuedAt" TIMESTAMPTZ(3) NOT NULL,
  "snapshot" JSONB NOT NULL,
  "snapshotHash" TEXT NOT NULL,
  CONSTRAINT "billing_document_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "billing_document_legalEntity_series_sequence_key" ON "billing_document" ("legalEntity", "series", "sequence");
CREATE UNIQUE INDEX "billing_document_organisationId_kind_source_key" ON "billing_document" ("organisationId", "kind", "source");
CREATE INDEX "billing_document_organisationId_id_idx" ON "billing_document" ("organisationId", "id");
CREATE INDEX "billing_document_invoiceId_idx" ON "billing_document" ("invoiceId");

CREATE TABLE "document_entry" (
  "kind" "DocumentKind" NOT NULL,
  "transferId" BIGINT NOT NULL,
  "accountId" TEXT NOT NULL,
  "documentId" TEXT NOT NULL,
  "section" INTEGER NOT NULL,
  "line" INTEGER NOT NULL,
  CONSTRAINT "document_entry_pkey" PRIMARY KEY ("kind", "transferId", "accountId"),
  CONSTRAINT "document_entry_documentId_fkey" FOREIGN KEY ("documentId") REFERENCES "billing_document" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "document_entry_documentId_idx" ON "document_entry" ("documentId");

CREATE TABLE "document_file" (
  "documentId" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "document_file_pkey" PRIMARY KEY ("documentId"),
  CONSTRAINT "document_file_documentId_fkey" FOREIGN KEY ("documentId") REFERENCES "billing_document" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "billing_period" (
  "organisationId" TEXT NOT NULL,
  "month" TEXT NOT NULL,
  "closedBy" TEXT NOT NULL,
  "closedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "billing_period_pkey" PRIMARY KEY ("organisationId", "month")
);

ALTER TABLE "tax_profile" ADD CONSTRAINT tax_profile_is_whole CHECK (
  "version" > 0 AND "country" ~ '^[A-Z]{2}$' AND cardinality("addressLines") > 0 AND length("legalName") > 0);
ALTER TABLE "billing_period" ADD CONSTRAINT billing_period_is_a_month CHECK ("month" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$');
ALTER TABLE "billing_document" ADD CONSTRAINT billing_document_hash CHECK ("snapshotHash" ~ '^[0-9a-f]{64}$');
ALTER TABLE "billing_document" ADD CONSTRAINT billing_document_credits_an_invoice CHECK (("kind" = 'credit_note') = ("invoiceId" IS NOT NULL));
ALTER TABLE "document_file" ADD CONSTRAINT document_file_hash CHECK ("sha256" ~ '^[0-9a-f]{64}$' AND "bytes" > 0);

-- What was issued stays as it was issued.
CREATE TRIGGER tax_profile_append_only BEFORE UPDATE OR DELETE ON "tax_profile" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billing_document_append_only BEFORE UPDATE OR DELETE ON "billing_document" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_entry_append_only BEFORE UPDATE OR DELETE ON "document_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_file_append_only BEFORE UPDATE OR DELETE ON "document_file" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billing_period_append_only BEFORE UPDATE OR DELETE ON "billing_period" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_counter_stays BEFORE DELETE ON "document_counter" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billing_document_not_truncated BEFORE TRUNCATE ON "billing_document" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_entry_not_truncated BEFORE TRUNCATE ON "document_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Numbers have no gap, whoever writes: a document takes the number that its counter stands at, and the one before it exists.
CREATE FUNCTION document_number_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."sequence" IS DISTINCT FROM (
    SELECT c."last" FROM document_counter c WHERE c."legalEntity" = NEW."legalEntity" AND c."series" = NEW."series")
    OR (NEW."sequence" > 1 AND NOT EXISTS (
      SELECT 1 FROM billing_document d WHERE d."legalEntity" = NEW."legalEntity" AND d."series" = NEW."series" AND d."sequence" = NEW."sequence" - 1))
  THEN
    RAISE EXCEPTION 'number % of series % does not follow the one before it', NEW."sequence", NEW."series" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER billing_document_number BEFORE INSERT ON "billing_document" FOR EACH ROW EXECUTE FUNCTION document_number_follows();

-- A counter moves by one, and only together with the document that takes the number.
CREATE FUNCTION document_counter_moves_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."last" <> OLD."last" + 1 OR NEW."legalEntity" <> OLD."legalEntity" OR NEW."series" <> OLD."series" THEN
    RAISE EXCEPTION 'the counter of series % moves by one', OLD."series" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER document_counter_step BEFORE UPDATE ON "document_counter" FOR EACH ROW EXECUTE FUNCTION document_counter_moves_by_one();
CREATE FUNCTION document_number_is_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."last" > 0 AND NOT EXISTS (
    SELECT 1 FROM billing_document d WHERE d."legalEntity" = NEW."legalEntity" AND d."series" = NEW."series" AND d."sequence" = NEW."last")
  THEN
    RAISE EXCEPTION 'number % of series % was taken for no document', NEW."last", NEW."series" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_number_taken AFTER INSERT OR UPDATE ON "document_counter" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION document_number_is_taken();
