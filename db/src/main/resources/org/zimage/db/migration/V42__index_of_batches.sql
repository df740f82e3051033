-- Every row of a batch was written into it, and nothing reads it: ix_batches_client_newest begins with the same columns.
DROP INDEX IF EXISTS ix_image_generation_batches_client_created;
