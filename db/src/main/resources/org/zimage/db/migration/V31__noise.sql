-- Whose random numbers the seed selects: cpu or cuda; null for the default, which is cpu.
ALTER TABLE image_generation_tasks ADD COLUMN noise varchar(8);
