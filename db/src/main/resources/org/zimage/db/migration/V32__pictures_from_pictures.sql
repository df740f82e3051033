-- Pictures that callers send, until no task begins with them any more. A row is written before its file, so that no file is
-- ever without one.
CREATE TABLE input_pictures (
  relative_path text PRIMARY KEY,
  created_at timestamptz NOT NULL
);

-- What a task begins with: what it was called in the request, and the file that was made of it for the workers. Large tables
-- get these columns at once, because they have no default.
ALTER TABLE image_generation_tasks
  ADD COLUMN image text,
  ADD COLUMN mask_image text,
  ADD COLUMN strength double precision,
  ADD COLUMN preserve_unmasked boolean,
  ADD COLUMN image_path text,
  ADD COLUMN mask_path text;

-- So that a picture stays while a task names it. Validated at once: no task names one yet.
ALTER TABLE image_generation_tasks
  ADD CONSTRAINT image_generation_tasks_image_path_fkey FOREIGN KEY (image_path) REFERENCES input_pictures (relative_path),
  ADD CONSTRAINT image_generation_tasks_mask_path_fkey FOREIGN KEY (mask_path) REFERENCES input_pictures (relative_path);

CREATE INDEX image_generation_tasks_image_path ON image_generation_tasks (image_path) WHERE image_path IS NOT NULL;
CREATE INDEX image_generation_tasks_mask_path ON image_generation_tasks (mask_path) WHERE mask_path IS NOT NULL;
CREATE INDEX input_pictures_created_at ON input_pictures (created_at);
