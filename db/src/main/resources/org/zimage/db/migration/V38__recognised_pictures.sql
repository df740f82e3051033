-- By what finished pictures are recognised: the hashes of their files, and how they look. A row is written in the transaction that ends
-- its task, and goes with it. Pictures of older releases have none.
CREATE TABLE pictures (
  task_id text PRIMARY KEY REFERENCES image_generation_tasks (task_id) ON DELETE CASCADE,
  png_sha256 bytea NOT NULL,
  webp_sha256 bytea NOT NULL,
  look bit(512) NOT NULL,
  -- Hashes of parts of the look: two that differ in at most 10 bits have one of these in common
  look_bands int[] NOT NULL
);

CREATE INDEX pictures_png_sha256 ON pictures (png_sha256);
CREATE INDEX pictures_webp_sha256 ON pictures (webp_sha256);
-- Without a list of what is not in it yet, which each search would have to read
CREATE INDEX pictures_look_bands ON pictures USING gin (look_bands) WITH (fastupdate = off);
