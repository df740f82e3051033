-- What other systems are told by messages.

-- Messages that the broker does not have yet. Written in the transaction of what they tell about, deleted when they were sent.
CREATE TABLE outgoing_messages (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id     uuid        NOT NULL,
  -- queue:NAME or topic:NAME
  destination    text        NOT NULL,
  -- Messages of one subject to one destination are sent in the order of their ids.
  subject        text        NOT NULL,
  type           text        NOT NULL,
  correlation_id text,
  properties     jsonb       NOT NULL,
  body           text        NOT NULL,
  attempts       integer     NOT NULL DEFAULT 0,
  -- In the future while a node sends it, or after the broker refused it.
  due_at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ix_outgoing_messages_order ON outgoing_messages (subject, destination, id);

-- Who hears the end of a task: every request that led to it and named a reply address, once.
CREATE TABLE reply_addresses (
  task_id        text NOT NULL REFERENCES image_generation_tasks (task_id) ON DELETE CASCADE,
  -- The request's own message id, so that a request that is delivered twice is answered once.
  request        text NOT NULL,
  destination    text NOT NULL,
  correlation_id text,
  PRIMARY KEY (task_id, request)
);
ALTER TABLE image_generation_tasks DROP COLUMN reply_to, DROP COLUMN correlation_id;
