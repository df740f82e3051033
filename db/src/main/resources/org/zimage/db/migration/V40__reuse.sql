-- What decides the bytes of a task's files, as two hashes. The fingerprint is of the client and what it asked for, and is there from the
-- submission on. The manner is of what beside that decides: the model, the device, the version, the marks of origin; the worker's own is
-- noted with its success. Large tables get these columns at once, because they have no default.
ALTER TABLE image_generation_tasks
  ADD COLUMN fingerprint text,
  ADD COLUMN manner text,
  -- The task whose picture this one has; while it waits, whose picture it is to get. Not a reference: that task may end before this one.
  ADD COLUMN reused_from text,
  -- The task that was drawn to these files; null for that task itself. They stay while any task is of it.
  ADD COLUMN pictures_of text;

-- The manner in which a worker draws. Null for workers of an earlier version, whose pictures are not given again.
ALTER TABLE workers ADD COLUMN manner text;

-- The oldest picture of a fingerprint and a manner, and the equal tasks that are not over.
CREATE INDEX ix_tasks_equal ON image_generation_tasks (fingerprint, manner, created_at)
  WHERE status = 'success' AND fingerprint IS NOT NULL;
CREATE INDEX ix_tasks_equal_unfinished ON image_generation_tasks (fingerprint) WHERE status IN ('pending', 'running');
CREATE INDEX ix_tasks_pictures_of ON image_generation_tasks (pictures_of) WHERE pictures_of IS NOT NULL;
CREATE INDEX ix_kept_pictures_of ON kept_pictures (pictures_of);
CREATE INDEX ix_tasks_awaiting_picture ON image_generation_tasks (reused_from) WHERE status = 'pending' AND reused_from IS NOT NULL;
