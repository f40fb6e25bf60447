-- Three legs as a paid segment has them: a hold, a provider's earnings, and the one entry-only account of all fees.
-- Its id is written in two parts because pgbench takes a colon before a word for a variable, also within quotes.
\set hold random(1, 4000)
\set provider random(1, 4000)
\set fee random(1, 500)
SELECT created FROM post_transfer('segment:' || uuidv7(), 'segment', 'job_' || :hold, jsonb_build_array(
  jsonb_build_object('account', 'hold:' || :hold, 'amount', '-10000'),
  jsonb_build_object('account', 'earnings:' || :provider, 'amount', (10000 - :fee)::text),
  jsonb_build_object('account', 'platform:' || 'fees', 'amount', (:fee)::text)));
