-- What services count and visitors give, the owner's switches, and who did what: see bot/usage/store.py.
CREATE TABLE IF NOT EXISTS askpolicy_kept.counts (
    day date NOT NULL,
    policy text NOT NULL,
    outcome text NOT NULL,
    language text NOT NULL,
    topic text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (day, policy, outcome, language, topic)
);

CREATE TABLE IF NOT EXISTS askpolicy_kept.feedback (
    id text PRIMARY KEY,
    day date NOT NULL,
    policy text NOT NULL,
    outcome text NOT NULL,
    helpful boolean NOT NULL,
    reason text,
    comment text,
    question text
);

CREATE TABLE IF NOT EXISTS askpolicy_kept.unanswered (
    id text PRIMARY KEY,
    day date NOT NULL,
    policy text NOT NULL,
    outcome text NOT NULL,
    question text NOT NULL
);

-- A switch has the policy '' if it is for all of them.
CREATE TABLE IF NOT EXISTS askpolicy_kept.switches (
    kind text NOT NULL,
    policy text NOT NULL,
    message text NOT NULL,
    until timestamptz,
    PRIMARY KEY (kind, policy)
);

CREATE TABLE IF NOT EXISTS askpolicy_kept.audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    what text NOT NULL
);

ALTER TABLE askpolicy_kept.counts SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.feedback SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.unanswered SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.switches SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.audit SET SCHEMA askpolicy;
