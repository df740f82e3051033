-- Messages that were delivered again, and how often handling them was begun: what ends the process each time is given up.
CREATE TABLE message_attempts (
  -- A hash of the message's id and body.
  message  text        PRIMARY KEY,
  -- The broker's number of the last delivery that was counted.
  delivery integer     NOT NULL,
  attempts integer     NOT NULL DEFAULT 1,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
