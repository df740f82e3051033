-- The schema that existing installations have. On their databases this migration is not run: they start at version 1.

CREATE TABLE api_clients (
  id           text PRIMARY KEY,
  display_name text,
  role         text        NOT NULL DEFAULT 'client',
  api_key_hash text UNIQUE,
  is_active    boolean     NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE image_generation_batches (
  id                  uuid PRIMARY KEY,
  api_client_id       text REFERENCES api_clients (id),
  caller_label        text,
  prompt              text             NOT NULL,
  negative_prompt     text,
  width               integer          NOT NULL,
  height              integer          NOT NULL,
  num_inference_steps integer          NOT NULL,
  guidance_scale      double precision NOT NULL,
  base_seed           bigint,
  batch_size          integer          NOT NULL DEFAULT 1,
  status              text             NOT NULL DEFAULT 'pending',
  success_count       integer          NOT NULL DEFAULT 0,
  failed_count        integer          NOT NULL DEFAULT 0,
  created_at          timestamptz      NOT NULL DEFAULT now(),
  completed_at        timestamptz,
  metadata            jsonb
);
CREATE INDEX ix_image_generation_batches_client_created
  ON image_generation_batches (api_client_id, created_at DESC);

CREATE TABLE image_generation_tasks (
  task_id               text PRIMARY KEY,
  batch_id              uuid             NOT NULL REFERENCES image_generation_batches (id) ON DELETE CASCADE,
  batch_index           integer          NOT NULL DEFAULT 0,
  seed                  bigint,
  status                text             NOT NULL DEFAULT 'pending',
  error_code            text,
  error_hint            text,
  error_message         text,
  prompt                text             NOT NULL,
  negative_prompt       text,
  width                 integer          NOT NULL,
  height                integer          NOT NULL,
  num_inference_steps   integer          NOT NULL,
  guidance_scale        double precision NOT NULL,
  cfg_normalization     boolean,
  cfg_truncation        double precision,
  max_sequence_length   integer,
  created_at            timestamptz      NOT NULL DEFAULT now(),
  finished_at           timestamptz,
  image_id              text,
  output_path           text,
  preview_path          text,
  relative_path         text,
  preview_relative_path text,
  metadata              jsonb
);
CREATE INDEX ix_image_generation_tasks_batch_index ON image_generation_tasks (batch_id, batch_index);
CREATE INDEX ix_image_generation_tasks_status ON image_generation_tasks (status);
