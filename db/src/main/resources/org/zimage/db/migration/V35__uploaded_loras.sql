-- Adapters that the administrator uploaded. A row is written before its file, and removed in one transaction with it, so that no file
-- is ever without a row. The file's name in the store is its checksum.
CREATE TABLE uploaded_loras (
  sha256 text PRIMARY KEY,
  name text NOT NULL,
  bytes bigint NOT NULL,
  created_at timestamptz NOT NULL,
  -- Null while the file is on its way into the store
  stored_at timestamptz,
  -- Set when it may not be named any more; tasks that name it already are still drawn with it
  deleted_at timestamptz
);

CREATE UNIQUE INDEX uploaded_loras_name ON uploaded_loras (name) WHERE stored_at IS NOT NULL AND deleted_at IS NULL;

-- The layers of a worker's model that adapters may add to: their weights' keys and shapes. Null until the worker has told them.
ALTER TABLE workers ADD COLUMN adapter_targets jsonb;
