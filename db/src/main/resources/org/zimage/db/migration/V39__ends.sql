-- After how many seconds from its end a task is removed; null where its request said nothing. Large tables get this column at once,
-- because it has no default.
ALTER TABLE image_generation_tasks ADD COLUMN expires_in integer;

-- The tasks that have ended, the oldest first: by their own end, and by the retention, which may change.
CREATE INDEX ix_tasks_expiry ON image_generation_tasks ((finished_at AT TIME ZONE 'UTC' + expires_in * interval '1 second'))
  WHERE expires_in IS NOT NULL AND status IN ('success', 'error', 'cancelled');
CREATE INDEX ix_tasks_ended ON image_generation_tasks ((coalesce(finished_at, created_at)))
  WHERE status IN ('success', 'error', 'cancelled');

-- What is to be removed from where no transaction reaches. Written in the transaction that deletes the rows, deleted when nothing of
-- it is left.
CREATE TABLE removals (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Whose keys are removed from Redis; null for an input picture.
  task_id        text,
  -- The task whose pictures the files are: they stay while a task names them. Null for an input picture.
  pictures_of    text,
  -- Paths in the image store.
  files          text[]      NOT NULL,
  -- Null for nobody's.
  client         text,
  noted_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- In the future while a node removes it, after a failure, and while a worker may still write.
  due_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts       integer     NOT NULL DEFAULT 0
);
CREATE INDEX ix_removals_due ON removals (due_at);
CREATE INDEX ix_removals_client ON removals (client) WHERE client IS NOT NULL;

-- Files that stay although their batch was deleted from the history: until the task would have ended, or its client is removed.
CREATE TABLE kept_pictures (
  task_id     text PRIMARY KEY,
  -- Null for nobody's.
  client      text,
  pictures_of text        NOT NULL,
  files       text[]      NOT NULL,
  ended_at    timestamptz NOT NULL,
  -- The end that its request asked for; null for none.
  expires_at  timestamptz
);
CREATE INDEX ix_kept_pictures_ended ON kept_pictures (ended_at);
CREATE INDEX ix_kept_pictures_expiry ON kept_pictures (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX ix_kept_pictures_client ON kept_pictures (client);

-- Requests of the administrator to remove everything of a client. They stay, as the record of it: without prompts.
CREATE TABLE client_removals (
  id              uuid PRIMARY KEY,
  client          text        NOT NULL,
  -- What the client makes afterwards is not meant.
  requested_at    timestamptz NOT NULL,
  tasks           bigint      NOT NULL DEFAULT 0,
  -- When the last row was deleted; its files may be waiting still.
  rows_removed_at timestamptz,
  finished_at     timestamptz
);
CREATE INDEX ix_client_removals_client ON client_removals (client, requested_at DESC);
CREATE INDEX ix_client_removals_unfinished ON client_removals (requested_at) WHERE finished_at IS NULL;

CREATE INDEX ix_webhook_deliveries_client ON webhook_deliveries (client) WHERE client IS NOT NULL;
