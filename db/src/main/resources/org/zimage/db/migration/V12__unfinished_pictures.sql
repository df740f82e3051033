-- Pictures that workers are about to store. A row is deleted in the transaction that names the picture in its task; one that
-- outlives its attempt was left by a worker that died, and the sweeper removes what there is of its files.
CREATE TABLE unfinished_pictures (
  image_id text PRIMARY KEY,
  -- Not a reference: the files stay to be removed when the task is deleted.
  task_id  text        NOT NULL,
  attempt  integer     NOT NULL,
  -- With the image's id, it makes the names of the files.
  made_at  timestamptz NOT NULL
);
