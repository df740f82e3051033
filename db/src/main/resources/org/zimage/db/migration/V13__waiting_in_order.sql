-- The oldest waiting tasks. Whoever tells the workers about new ones looks at a client's first few hundred, however
-- many wait.
CREATE INDEX ix_tasks_waiting ON image_generation_tasks (created_at, task_id) WHERE status = 'pending';
