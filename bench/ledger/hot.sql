-- Three legs as a paid segment has them: a hold, a provider's earnings, and the one entry-only account of all fees.
-- Its id is written in two parts because pgbench takes a colon before a word for a variable, also within quotes.
\set hold random(1, 4000)
\set provider random(1, 4000)
\set fee random(1, 500)
SELECT created FROM post_transfer('segment:' || uuidv7(), 'segment', 'job_' || :hold,
  ARRAY['earnings:' || :provider, 'hold:' || :hold, 'platform:' || 'fees'], ARRAY[10000 - :fee, -10000, :fee]::bigint[]);
