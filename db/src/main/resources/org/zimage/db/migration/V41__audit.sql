-- Who did what, when, from where, with which outcome. Rows are added and never changed; they name no other table, so that they stay when
-- what they tell about is gone. They hold no prompt, no metadata and no key.
CREATE TABLE audit_records (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deed text NOT NULL,
  outcome text NOT NULL,
  -- Of HTTP, where the deed was refused or failed
  status smallint,
  actor text NOT NULL,
  -- The key of a client's row; of a node, its name
  actor_id text,
  door text NOT NULL,
  address text,
  object_id text,
  batch_id text
);

CREATE INDEX audit_records_of_an_actor ON audit_records (actor_id, id);
-- Rows lie in the order of their times, and such an index costs next to nothing
CREATE INDEX audit_records_times ON audit_records USING brin (at);

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of audit_records are never changed: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- The account that owns the table could grant itself every right again; it cannot pass a trigger by mistake
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
