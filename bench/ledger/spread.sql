-- Three legs on three ordinary rows out of 10,000 accounts: every leg locks its row and keeps a running balance.
\set hold random(1, 4000)
\set provider random(1, 4000)
\set fees random(1, 2000)
\set fee random(1, 500)
SELECT created FROM post_transfer('segment:' || uuidv7(), 'segment', 'job_' || :hold,
  ARRAY['earnings:' || :provider, 'fees:' || :fees, 'hold:' || :hold], ARRAY[10000 - :fee, :fee, -10000]::bigint[]);
