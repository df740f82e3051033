-- The priority that a waiting task's last message had, 0…9: a client's later tasks never get ahead of its earlier ones.
ALTER TABLE image_generation_tasks ADD COLUMN priority integer;
