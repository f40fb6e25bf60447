-- The books guard themselves: one function writes them, they only grow, every transfer sums to zero, and no account
-- goes below nothing unless it stands for the outside world.

ALTER TABLE "ledger_account" ADD CONSTRAINT ledger_account_not_negative CHECK ("allowNegative" OR "balanceMicros" >= 0);
ALTER TABLE "ledger_account" ADD CONSTRAINT ledger_account_entry_only_keeps_no_balance CHECK (NOT "entryOnly" OR "balanceMicros" = 0);
ALTER TABLE "ledger_account" SET (fillfactor = 70);
ALTER TABLE "ledger_entry" ADD CONSTRAINT ledger_entry_moves_something CHECK ("amountMicros" <> 0);
ALTER TABLE "ledger_entry" ADD CONSTRAINT ledger_entry_transfer FOREIGN KEY ("transferId") REFERENCES "ledger_transfer" (id);
ALTER TABLE "ledger_entry" ADD CONSTRAINT ledger_entry_account FOREIGN KEY ("accountId") REFERENCES "ledger_account" (id);

CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON "ledger_transfer"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON "ledger_entry"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transfer_not_truncated BEFORE TRUNCATE ON "ledger_transfer"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_not_truncated BEFORE TRUNCATE ON "ledger_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A second wall behind post_transfer: at commit, the legs of every touched transfer are at least two and sum to zero per asset.
CREATE FUNCTION check_transfer_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.id = e."accountId"
    WHERE e."transferId" = NEW."transferId" GROUP BY a.asset HAVING sum(e."amountMicros") <> 0)
  THEN
    RAISE EXCEPTION 'transfer % does not sum to zero', NEW."transferId" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON "ledger_entry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_transfer_balances();

-- Balances move with an entry or not at all: only post_transfer sets this transaction-local flag.
CREATE FUNCTION only_by_post_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('trainyard.posting', true) IS DISTINCT FROM 'yes' THEN
    RAISE EXCEPTION '% is written by post_transfer alone', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_by_function BEFORE INSERT ON "ledger_entry"
  FOR EACH ROW EXECUTE FUNCTION only_by_post_transfer();
CREATE TRIGGER ledger_transfer_by_function BEFORE INSERT ON "ledger_transfer"
  FOR EACH ROW EXECUTE FUNCTION only_by_post_transfer();
CREATE TRIGGER ledger_account_by_function BEFORE UPDATE ON "ledger_account"
  FOR EACH ROW EXECUTE FUNCTION only_by_post_transfer();

CREATE FUNCTION new_account_is_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."balanceMicros" <> 0 OR NEW.version <> 0 THEN
    RAISE EXCEPTION 'a new account holds nothing' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_starts_empty BEFORE INSERT ON "ledger_account"
  FOR EACH ROW EXECUTE FUNCTION new_account_is_empty();
CREATE TRIGGER ledger_account_stays BEFORE DELETE ON "ledger_account"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Posts one balanced transfer. _legs: [{"account": id, "amount": micro-dollars as text}], at least two. Idempotent on the
-- key: the same legs again answer the first transfer, other legs are refused. Rows are locked in id order, so two
-- transfers never wait for each other in a circle; entry-only accounts are not locked at all.
CREATE FUNCTION post_transfer(_idempotency_key text, _kind text, _reference text, _legs jsonb)
RETURNS TABLE (transfer_id bigint, created boolean) LANGUAGE plpgsql AS $$
DECLARE
  _id bigint;
  _known text;
  _fingerprint text := md5(_kind || '|' || _reference || '|' || _legs::text);
  _leg record;
BEGIN
  PERFORM set_config('trainyard.posting', 'yes', true);
  INSERT INTO ledger_transfer ("idempotencyKey", kind, reference, fingerprint)
    VALUES (_idempotency_key, _kind, _reference, _fingerprint)
    ON CONFLICT ("idempotencyKey") DO NOTHING RETURNING id INTO _id;
  IF _id IS NULL THEN
    SELECT id, fingerprint INTO _id, _known FROM ledger_transfer WHERE "idempotencyKey" = _idempotency_key;
    PERFORM set_config('trainyard.posting', 'no', true);
    IF _known <> _fingerprint THEN
      RAISE EXCEPTION 'transfer % exists with other legs', _idempotency_key USING ERRCODE = 'TY001';
    END IF;
    RETURN QUERY SELECT _id, false;
    RETURN;
  END IF;
  IF jsonb_array_length(_legs) < 2 THEN
    RAISE EXCEPTION 'a transfer has at least two legs' USING ERRCODE = 'TY002';
  END IF;
  FOR _leg IN
    SELECT l.account, l.amount, a.id AS known, a."entryOnly" AS entry_only
    FROM jsonb_to_recordset(_legs) AS l(account text, amount bigint) LEFT JOIN ledger_account a ON a.id = l.account
    ORDER BY l.account
  LOOP
    IF _leg.known IS NULL THEN
      RAISE EXCEPTION 'there is no account %', _leg.account USING ERRCODE = 'TY003';
    END IF;
    IF _leg.entry_only THEN
      INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros") VALUES (_id, _leg.account, _leg.amount);
    ELSE
      WITH moved AS (
        UPDATE ledger_account SET "balanceMicros" = "balanceMicros" + _leg.amount, version = version + 1
        WHERE id = _leg.account RETURNING "balanceMicros", version)
      INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros", "balanceAfter", version)
        SELECT _id, _leg.account, _leg.amount, moved."balanceMicros", moved.version FROM moved;
    END IF;
  END LOOP;
  PERFORM set_config('trainyard.posting', 'no', true);
  RETURN QUERY SELECT _id, true;
END $$;
