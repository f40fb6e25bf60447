-- An entry is named by its transfer and account: an account occurs once in a transfer. Accounts with a running balance are
-- read in the order of their versions, entry-only ones in the order of their transfers, so each entry is in two indexes.
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_pkey", DROP COLUMN "id",
  ADD CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("transferId", "accountId");
DROP INDEX "ledger_entry_transferId_idx", "ledger_entry_accountId_version_key";
CREATE UNIQUE INDEX "ledger_entry_version" ON "ledger_entry" ("accountId", version) WHERE version IS NOT NULL;
CREATE INDEX "ledger_entry_unversioned" ON "ledger_entry" ("accountId", "transferId") WHERE version IS NULL;

-- Two or three entries a transfer is the rule: said here, or one bulk transfer would make the planner read the whole table.
ALTER TABLE "ledger_entry" ALTER COLUMN "transferId" SET (n_distinct = -0.4);

DROP FUNCTION post_transfer(text, text, text, jsonb);
DROP TRIGGER ledger_entry_balances ON "ledger_entry";
DROP FUNCTION check_transfer_balances();
DROP TRIGGER ledger_entry_by_function ON "ledger_entry";
DROP TRIGGER ledger_transfer_by_function ON "ledger_transfer";
DROP TRIGGER ledger_account_by_function ON "ledger_account";
-- The foreign keys would lock the row of a hot account once per entry. check_entries asks the same, and neither accounts
-- nor transfers are ever deleted.
ALTER TABLE "ledger_entry" DROP CONSTRAINT ledger_entry_transfer, DROP CONSTRAINT ledger_entry_account;
CREATE TRIGGER ledger_account_not_truncated BEFORE TRUNCATE ON "ledger_account"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Balances move with an entry or not at all: only post_transfer sets this transaction-local flag.
CREATE OR REPLACE FUNCTION only_by_post_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('trainyard.posting', true) IS DISTINCT FROM 'yes' THEN
    RAISE EXCEPTION '% is written by post_transfer alone', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_by_function BEFORE INSERT ON "ledger_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION only_by_post_transfer();
CREATE TRIGGER ledger_transfer_by_function BEFORE INSERT ON "ledger_transfer"
  FOR EACH STATEMENT EXECUTE FUNCTION only_by_post_transfer();
CREATE TRIGGER ledger_account_by_function BEFORE UPDATE ON "ledger_account"
  FOR EACH STATEMENT EXECUTE FUNCTION only_by_post_transfer();

-- A second wall behind post_transfer: the entries of a transfer come in one statement, at least two of them, each on an
-- existing account, summing to zero per asset; nothing is added to a transfer afterwards.
CREATE FUNCTION check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  _wrong bigint;
BEGIN
  SELECT s."transferId" INTO _wrong FROM (
    SELECT e."transferId", e."amountMicros", (SELECT a.asset FROM ledger_account a WHERE a.id = e."accountId") AS asset
    FROM added e) s
  GROUP BY s."transferId", s.asset HAVING sum(s."amountMicros") <> 0 OR count(*) < 2 OR s.asset IS NULL LIMIT 1;
  IF _wrong IS NOT NULL THEN
    RAISE EXCEPTION 'the entries of transfer % are not two or more on existing accounts that sum to zero', _wrong
      USING ERRCODE = 'check_violation';
  END IF;
  SELECT n."transferId" INTO _wrong FROM (SELECT "transferId", count(*) AS entries FROM added GROUP BY "transferId") n
  WHERE n.entries <> (SELECT count(*) FROM ledger_entry o WHERE o."transferId" = n."transferId")
    OR (SELECT t.id FROM ledger_transfer t WHERE t.id = n."transferId") IS NULL LIMIT 1;
  IF _wrong IS NOT NULL THEN
    RAISE EXCEPTION 'transfer % does not exist or has its entries already', _wrong USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_balances AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION check_entries();

-- A transfer without entries would be a key that is used up for nothing.
CREATE FUNCTION transfer_has_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_entry WHERE "transferId" = NEW.id) THEN
    RAISE EXCEPTION 'transfer % has no entries', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transfer_has_entries AFTER INSERT ON "ledger_transfer" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION transfer_has_entries();

-- Posts one balanced transfer of micro-dollars: _amounts[i] into (positive) or out of (negative) _accounts[i], accounts in
-- strictly ascending byte order. Idempotent on the key: the same legs again answer the first transfer, other legs are refused.
-- Rows are locked in that order, so two transfers never wait for each other in a circle; entry-only accounts are not locked.
CREATE FUNCTION post_transfer(_idempotency_key text, _kind text, _reference text, _accounts text[], _amounts bigint[])
RETURNS TABLE (transfer_id bigint, created boolean) LANGUAGE plpgsql AS $$
DECLARE
  _id bigint;
  _known text;
  _legs int := cardinality(_accounts);
  _balances bigint[] := array_fill(NULL::bigint, ARRAY[_legs]);
  _versions bigint[] := _balances;
  _balance bigint;
  _version bigint;
  _fingerprint text := md5(_kind || '|' || _reference || '|' || _accounts::text || '|' || _amounts::text);
BEGIN
  IF _legs < 2 OR _legs <> cardinality(_amounts) THEN
    RAISE EXCEPTION 'a transfer has at least two legs, each with an amount' USING ERRCODE = 'TY002';
  END IF;
  FOR i IN 2.._legs LOOP
    IF NOT _accounts[i - 1] < _accounts[i] COLLATE "C" THEN
      RAISE EXCEPTION 'the accounts of a transfer are in ascending order, each once' USING ERRCODE = 'TY003';
    END IF;
  END LOOP;
  PERFORM set_config('trainyard.posting', 'yes', true);
  INSERT INTO ledger_transfer ("idempotencyKey", kind, reference, fingerprint)
    VALUES (_idempotency_key, _kind, _reference, _fingerprint)
    ON CONFLICT ("idempotencyKey") DO NOTHING RETURNING id INTO _id;
  IF _id IS NULL THEN
    PERFORM set_config('trainyard.posting', 'no', true);
    SELECT id, fingerprint INTO _id, _known FROM ledger_transfer WHERE "idempotencyKey" = _idempotency_key;
    IF _known <> _fingerprint THEN
      RAISE EXCEPTION 'transfer % exists with other legs', _idempotency_key USING ERRCODE = 'TY001';
    END IF;
    RETURN QUERY SELECT _id, false;
    RETURN;
  END IF;
  FOR i IN 1.._legs LOOP
    UPDATE ledger_account SET "balanceMicros" = "balanceMicros" + _amounts[i], version = version + 1
      WHERE id = _accounts[i] AND NOT "entryOnly" RETURNING "balanceMicros", version INTO _balance, _version;
    IF FOUND THEN
      _balances[i] := _balance;
      _versions[i] := _version;
    END IF;
  END LOOP;
  INSERT INTO ledger_entry ("transferId", "accountId", "amountMicros", "balanceAfter", version)
    SELECT _id, * FROM unnest(_accounts, _amounts, _balances, _versions);
  PERFORM set_config('trainyard.posting', 'no', true);
  RETURN QUERY SELECT _id, true;
END $$;

-- Opens the accounts that are not there yet and posts, in one call. The arrays describe the accounts leg by leg.
CREATE FUNCTION open_and_post(
  _idempotency_key text, _kind text, _reference text, _accounts text[], _amounts bigint[],
  _kinds text[], _organisations text[], _assets text[], _negatives boolean[], _entry_onlys boolean[])
RETURNS TABLE (transfer_id bigint, created boolean) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_account (id, kind, "organisationId", asset, "allowNegative", "entryOnly")
    SELECT a.id, a.kind, a.organisation, a.asset, a.negative, a.entry_only
    FROM unnest(_accounts, _kinds, _organisations, _assets, _negatives, _entry_onlys)
      AS a(id, kind, organisation, asset, negative, entry_only)
    ON CONFLICT (id) DO NOTHING;
  RETURN QUERY SELECT p.transfer_id, p.created FROM post_transfer(_idempotency_key, _kind, _reference, _accounts, _amounts) p;
END $$;
