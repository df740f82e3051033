-- A database as the service that is replaced leaves it: the public schema, and rows of every kind.
CREATE TABLE api_clients (
  id text PRIMARY KEY,
  display_name text,
  role text NOT NULL,
  api_key_hash text UNIQUE NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE image_generation_batches (
  id uuid PRIMARY KEY,
  api_client_id text REFERENCES api_clients (id),
  caller_label text,
  prompt text NOT NULL,
  negative_prompt text,
  width integer NOT NULL,
  height integer NOT NULL,
  num_inference_steps integer NOT NULL,
  guidance_scale double precision NOT NULL,
  base_seed bigint,
  batch_size integer NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'pending',
  success_count integer NOT NULL DEFAULT 0,
  failed_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  metadata jsonb
);
CREATE INDEX ix_batches_client_created ON image_generation_batches (api_client_id, created_at DESC);
CREATE TABLE image_generation_tasks (
  task_id text PRIMARY KEY,
  batch_id uuid NOT NULL REFERENCES image_generation_batches (id) ON DELETE CASCADE,
  batch_index integer NOT NULL,
  seed bigint,
  status text NOT NULL DEFAULT 'pending',
  error_code text,
  error_hint text,
  error_message text,
  prompt text,
  negative_prompt text,
  width integer,
  height integer,
  num_inference_steps integer,
  guidance_scale double precision,
  cfg_normalization boolean,
  cfg_truncation double precision,
  max_sequence_length integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  image_id text,
  output_path text,
  preview_path text,
  relative_path text,
  preview_relative_path text,
  metadata jsonb
);
CREATE INDEX ix_tasks_batch_index ON image_generation_tasks (batch_id, batch_index);
CREATE INDEX ix_tasks_status ON image_generation_tasks (status);

INSERT INTO api_clients (id, display_name, role, api_key_hash) VALUES
  ('key_5f2a9c1e', 'studio', 'client', repeat('5f2a9c1e', 8)),
  -- As the service stores the key client-key-1
  ('key_64dbdc38', 'shop', 'client', '64dbdc38ede19b85cac8beccc15d52debb1a30e42c2fa15716ce95ac0913ad09');

INSERT INTO image_generation_batches (id, api_client_id, prompt, width, height, num_inference_steps, guidance_scale, batch_size,
  status, success_count, failed_count, created_at, completed_at) VALUES
  ('0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a', 'key_5f2a9c1e', 'a cat sitting on the chair', 1024, 1024, 9, 0, 2,
   'partial', 1, 1, '2025-01-01 12:00:00+00', '2025-01-01 12:01:00+00'),
  ('7a1c1f52-9a55-4c2e-9a69-0f4f2f0f9d11', 'key_5f2a9c1e', 'never finished', 1024, 1024, 9, 0, 1,
   'running', 0, 0, '2025-02-01 12:00:00+00', NULL),
  -- Announced four pictures and got two of them, and one that got none
  ('3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a01', 'key_64dbdc38', 'two of four', 1024, 1024, 9, 0, 4,
   'pending', 0, 0, '2025-03-01 12:00:00+00', NULL),
  ('3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a02', 'key_64dbdc38', 'none of two', 1024, 1024, 9, 0, 2,
   'pending', 0, 0, '2025-03-02 12:00:00+00', NULL);

INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, seed, status, error_code, error_message, prompt, width, height,
  num_inference_steps, guidance_scale, created_at, finished_at, image_id, output_path, preview_path, relative_path,
  preview_relative_path) VALUES
  ('b0e4aaf0-bfa7-421b-9cb9-4c624c7fd139', '0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a', 0, NULL, 'success', NULL, NULL,
   'a cat sitting on the chair', 1024, 1024, 9, 0, '2025-01-01 12:00:00+00', '2025-01-01 12:00:30+00', 'old',
   '/srv/outputs/20250101/120000_old.png', '/srv/outputs/20250101/120000_old.webp', '20250101/120000_old.png',
   '20250101/120000_old.webp'),
  ('5e000000000000000000000000000002', '0d6b3b3b-0b4b-4c87-8d46-6b1e7e6f7f1a', 1, 43, 'error', 'gpu_oom', 'CUDA out of memory',
   'a cat sitting on the chair', 1024, 1024, 9, 0, '2025-01-01 12:00:00+00', '2025-01-01 12:01:00+00', NULL, NULL, NULL, NULL, NULL),
  ('5e000000000000000000000000000001', '7a1c1f52-9a55-4c2e-9a69-0f4f2f0f9d11', 0, 44, 'running', NULL, NULL,
   'never finished', 1024, 1024, 9, 0, '2025-02-01 12:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL),
  ('5e000000000000000000000000000003', '3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a01', 0, 45, 'success', NULL, NULL,
   'two of four', 1024, 1024, 9, 0, '2025-03-01 12:00:00+00', '2025-03-01 12:00:30+00', 'boat',
   '/srv/outputs/20250301/120000_boat.png', '/srv/outputs/20250301/120000_boat.webp', '20250301/120000_boat.png',
   '20250301/120000_boat.webp'),
  ('5e000000000000000000000000000004', '3c9d2a10-77d1-4f0e-a1c5-2b6f8e4d9a01', 1, 46, 'success', NULL, NULL,
   'two of four', 1024, 1024, 9, 0, '2025-03-01 12:00:00+00', '2025-03-01 12:01:00+00', 'boat2',
   '/srv/outputs/20250301/120030_boat2.png', '/srv/outputs/20250301/120030_boat2.webp', '20250301/120030_boat2.png',
   '20250301/120030_boat2.webp');
