-- Whom a call is made to, as the service lets addresses in. It was read off the address of every delivery that is due, again for each call.
ALTER TABLE webhook_deliveries ADD COLUMN host text NOT NULL
  GENERATED ALWAYS AS (coalesce(lower(substring(url FROM '//(\[[^]]*\]|[A-Za-z0-9._-]+)')), '')) STORED;
