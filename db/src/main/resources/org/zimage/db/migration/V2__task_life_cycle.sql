-- What the life of a task needs beyond the public schema.

-- Existing installations may be stricter than we are: nobody owns a batch where authentication is off, and what a caller
-- may leave out is stored as null.
ALTER TABLE image_generation_batches
  ALTER COLUMN api_client_id DROP NOT NULL,
  ALTER COLUMN caller_label DROP NOT NULL,
  ALTER COLUMN negative_prompt DROP NOT NULL,
  ALTER COLUMN base_seed DROP NOT NULL,
  ALTER COLUMN completed_at DROP NOT NULL,
  ALTER COLUMN metadata DROP NOT NULL;
ALTER TABLE image_generation_tasks
  ALTER COLUMN seed DROP NOT NULL,
  ALTER COLUMN error_code DROP NOT NULL,
  ALTER COLUMN error_hint DROP NOT NULL,
  ALTER COLUMN error_message DROP NOT NULL,
  ALTER COLUMN negative_prompt DROP NOT NULL,
  ALTER COLUMN cfg_normalization DROP NOT NULL,
  ALTER COLUMN cfg_truncation DROP NOT NULL,
  ALTER COLUMN max_sequence_length DROP NOT NULL,
  ALTER COLUMN finished_at DROP NOT NULL,
  ALTER COLUMN image_id DROP NOT NULL,
  ALTER COLUMN output_path DROP NOT NULL,
  ALTER COLUMN preview_path DROP NOT NULL,
  ALTER COLUMN relative_path DROP NOT NULL,
  ALTER COLUMN preview_relative_path DROP NOT NULL,
  ALTER COLUMN metadata DROP NOT NULL;

ALTER TABLE image_generation_tasks
  -- Claims so far. The number of the current claim fences every write of the worker that made it; it never falls.
  ADD COLUMN attempt             integer NOT NULL DEFAULT 0,
  -- Claims that were given back at a shutdown and do not count against the limit.
  ADD COLUMN handed_back         integer NOT NULL DEFAULT 0,
  ADD COLUMN worker              text,
  ADD COLUMN lease_until         timestamptz,
  ADD COLUMN dispatched_at       timestamptz,
  ADD COLUMN started_at          timestamptz,
  ADD COLUMN cancel_requested_at timestamptz,
  -- Finished steps at the last renewal of the lease: progress for those who cannot see Redis.
  ADD COLUMN step                integer NOT NULL DEFAULT 0,
  ADD COLUMN model               text,
  -- Where a task that came by JMS is answered.
  ADD COLUMN reply_to            text,
  ADD COLUMN correlation_id      text;

-- The sweeper reads these every two seconds; they hold unfinished tasks only and stay small beside a long history.
CREATE INDEX ix_tasks_undispatched ON image_generation_tasks (created_at)
  WHERE status = 'pending' AND dispatched_at IS NULL;
CREATE INDEX ix_tasks_dispatched ON image_generation_tasks (dispatched_at)
  WHERE status = 'pending' AND dispatched_at IS NOT NULL;
CREATE INDEX ix_tasks_running ON image_generation_tasks (lease_until) WHERE status = 'running';
CREATE INDEX ix_tasks_unfinished_of_batch ON image_generation_tasks (batch_id) WHERE status IN ('pending', 'running');

-- The history's pages, of one client and of all.
CREATE INDEX ix_batches_client_newest ON image_generation_batches (api_client_id, created_at DESC, id);
CREATE INDEX ix_batches_newest ON image_generation_batches (created_at DESC, id);

-- An answer to the same request sent twice. The client is empty where authentication is off.
CREATE TABLE idempotency_keys (
  client       text        NOT NULL,
  key          text        NOT NULL,
  request_hash text        NOT NULL,
  task_id      text        NOT NULL
    REFERENCES image_generation_tasks (task_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client, key)
);
CREATE INDEX ix_idempotency_keys_task ON idempotency_keys (task_id);
CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);

-- Workers and the model each of them serves; one that was not seen for a while is gone.
CREATE TABLE workers (
  name       text PRIMARY KEY,
  model      text        NOT NULL,
  card       jsonb       NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at    timestamptz NOT NULL DEFAULT now()
);
