-- The text of every version, so that old citations still lead to the words that they quoted. version: as an answer names
-- it, the first digits of the sha256 of the text. The other columns are those of bot.policies.versions.Recorded.
CREATE TABLE IF NOT EXISTS askpolicy_kept.texts (
    policy text NOT NULL,
    version text NOT NULL,
    title text NOT NULL,
    effective text,
    updated text,
    since text,
    content bytea NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (policy, version)
);

ALTER TABLE askpolicy_kept.texts SET SCHEMA askpolicy;
