-- Bundles of policies: every version that was published, and for each policy the one in use.
CREATE SCHEMA IF NOT EXISTS askpolicy;
CREATE SCHEMA IF NOT EXISTS askpolicy_kept;
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE IF NOT EXISTS askpolicy.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
);

-- A version. version: the first digits of the sha256 of its manifest, bundle.json. text: of the sha256 of the policy's
-- text. origins: sites whose pages may ask about it.
CREATE TABLE IF NOT EXISTS askpolicy_kept.bundles (
    policy text NOT NULL,
    version text NOT NULL,
    text text NOT NULL,
    origins text[] NOT NULL,
    manifest bytea NOT NULL,
    added timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (policy, version)
);

CREATE TABLE IF NOT EXISTS askpolicy_kept.files (
    policy text NOT NULL,
    version text NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (policy, version, name),
    FOREIGN KEY (policy, version) REFERENCES askpolicy_kept.bundles ON DELETE CASCADE
);

-- The vectors of a version. part: passages or questions. number: of the statement or the question, from 0 on. Their
-- dimension is the encoder's.
CREATE TABLE IF NOT EXISTS askpolicy_kept.vectors (
    policy text NOT NULL,
    version text NOT NULL,
    part text NOT NULL,
    number integer NOT NULL,
    vector halfvec NOT NULL,
    PRIMARY KEY (policy, version, part, number),
    FOREIGN KEY (policy, version) REFERENCES askpolicy_kept.bundles ON DELETE CASCADE
);

-- The version in use of each policy: to go back is to change one row.
CREATE TABLE IF NOT EXISTS askpolicy_kept.published (
    policy text PRIMARY KEY,
    version text NOT NULL,
    published timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (policy, version) REFERENCES askpolicy_kept.bundles
);

ALTER TABLE askpolicy_kept.bundles SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.files SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.vectors SET SCHEMA askpolicy;
ALTER TABLE askpolicy_kept.published SET SCHEMA askpolicy;

-- Services hear of every change of a row, also of one by hand, when it is committed.
CREATE FUNCTION askpolicy.tell_services() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('askpolicy_published', coalesce(NEW.policy, OLD.policy));
    RETURN NULL;
END
$$;

CREATE TRIGGER tell_services AFTER INSERT OR UPDATE OR DELETE ON askpolicy.published
    FOR EACH ROW EXECUTE FUNCTION askpolicy.tell_services();
