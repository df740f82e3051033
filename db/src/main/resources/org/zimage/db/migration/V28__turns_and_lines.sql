-- What nodes do again and again, one node at a time. Nobody holds a lock meanwhile: a node that stands still keeps no other
-- from the next turn.
CREATE TABLE chores (
  name           text PRIMARY KEY,
  begun_at       timestamptz NOT NULL,
  -- Since when the turns have followed each other closely. Leases end only while the nodes have seen the database without a
  -- break for as long as a lease lasts: whoever could not renew one because the database was away does so first.
  unbroken_since timestamptz NOT NULL
);

-- The client in whose line a waiting task stands, empty for callers without a name; written when its message is sent. The
-- oldest task of each client is found with one look into the index, however many wait.
ALTER TABLE image_generation_tasks ADD COLUMN client_line text;
UPDATE image_generation_tasks task SET client_line = coalesce(batch.api_client_id, '')
  FROM image_generation_batches batch
  WHERE batch.id = task.batch_id AND task.status = 'pending' AND task.dispatched_at IS NOT NULL;
CREATE INDEX ix_tasks_line ON image_generation_tasks (client_line, created_at, task_id)
  WHERE status = 'pending' AND client_line IS NOT NULL;
