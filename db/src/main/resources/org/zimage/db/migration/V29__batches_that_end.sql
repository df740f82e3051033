-- Existing installations waited for every picture that a batch had announced: one that never got all its tasks stays
-- unfinished there for ever. A batch ends with the tasks that it has; where there is none, there will be no picture.
UPDATE image_generation_batches batch SET
  success_count = task.success,
  failed_count = task.error,
  status = CASE
    WHEN task.total = 0 THEN 'error'
    WHEN task.success = task.total THEN 'success'
    WHEN task.error = task.total THEN 'error'
    WHEN task.cancelled = task.total THEN 'cancelled'
    ELSE 'partial' END,
  completed_at = coalesce(batch.completed_at, task.finished_at, batch.created_at)
FROM (
  SELECT batch.id,
    count(task_id) AS total,
    count(*) FILTER (WHERE task.status = 'success') AS success,
    count(*) FILTER (WHERE task.status = 'error') AS error,
    count(*) FILTER (WHERE task.status = 'cancelled') AS cancelled,
    max(task.finished_at) AS finished_at
  FROM image_generation_batches batch
  LEFT JOIN image_generation_tasks task ON task.batch_id = batch.id
  WHERE batch.status IN ('pending', 'running')
  GROUP BY batch.id
  HAVING count(*) FILTER (WHERE task.status IN ('pending', 'running')) = 0) task
WHERE batch.id = task.id;
