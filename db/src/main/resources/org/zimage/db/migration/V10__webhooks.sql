-- Who is called when something happens to a task.
CREATE TABLE webhooks (
  task_id text PRIMARY KEY REFERENCES image_generation_tasks (task_id) ON DELETE CASCADE,
  url     text NOT NULL,
  -- The states of the task to tell of, separated by commas.
  events  text NOT NULL
);

-- What was told, or is still to be told. Outlives its task, whose deletion may be the last thing to tell.
CREATE TABLE webhook_deliveries (
  id              uuid PRIMARY KEY,
  -- Deliveries of one task are begun in this order.
  number          bigint GENERATED ALWAYS AS IDENTITY,
  task_id         text        NOT NULL,
  client          text,
  url             text        NOT NULL,
  type            text        NOT NULL,
  body            text        NOT NULL,
  status          text        NOT NULL DEFAULT 'pending',
  attempts        integer     NOT NULL DEFAULT 0,
  -- In the future while a node calls, or after a call that failed.
  due_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  response_status integer,
  error           text,
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at     timestamptz
);
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'pending';
CREATE INDEX ix_webhook_deliveries_task ON webhook_deliveries (task_id, number);
CREATE INDEX ix_webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE status <> 'pending';
