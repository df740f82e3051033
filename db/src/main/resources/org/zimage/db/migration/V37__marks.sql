-- Whether the PNG carries prompt and parameters: what the caller said; null where nothing was said, which is yes.
ALTER TABLE image_generation_tasks ADD COLUMN embed_parameters boolean;
