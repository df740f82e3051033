-- The adapters that a task is drawn with: a list of names, strengths and checksums of their files; null for none.
ALTER TABLE image_generation_tasks ADD COLUMN loras jsonb;
