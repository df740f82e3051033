-- A destination that is gone is forgotten without reading every address that somebody waits at.
CREATE INDEX ix_reply_addresses_destination ON reply_addresses (destination);
