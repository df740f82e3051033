-- A factor for cfg_normalization that no boolean says. The boolean stays for whoever reads it, and for nodes of an earlier version. Large
-- tables get this column at once, because it has no default.
ALTER TABLE image_generation_tasks ADD COLUMN cfg_normalization_factor double precision;
