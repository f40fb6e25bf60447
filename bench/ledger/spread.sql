-- Three legs on three ordinary rows out of 10,000 accounts: every leg locks its row and keeps a running balance.
\set hold random(1, 4000)
\set provider random(1, 4000)
\set fees random(1, 2000)
\set fee random(1, 500)
SELECT created FROM post_transfer('segment:' || uuidv7(), 'segment', 'job_' || :hold, jsonb_build_array(
  jsonb_build_object('account', 'hold:' || :hold, 'amount', '-10000'),
  jsonb_build_object('account', 'earnings:' || :provider, 'amount', (10000 - :fee)::text),
  jsonb_build_object('account', 'fees:' || :fees, 'amount', (:fee)::text)));
