-- 0004: the few directories that cannot be read are found without a look at all of them; the views ask with every row.

CREATE INDEX dirs_stale ON dirs (stale) WHERE stale IS NOT NULL;
