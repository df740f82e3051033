-- What a worker says of its machine, for the administrator. Nodes of earlier versions say nothing.
ALTER TABLE workers ADD COLUMN machine jsonb NOT NULL DEFAULT '{}';
