-- The words of a prompt, for searching the history. Chinese, Japanese and Korean write no spaces between words: each of their
-- characters counts as one, and words are found as phrases. Needs no extension and no particular locale.
CREATE FUNCTION prompt_words(prompt text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
    SELECT to_tsvector('pg_catalog.simple', regexp_replace(
      regexp_replace(left(lower(prompt), 10000), '[!-/:-@\[-`{-~\u3000-\u303F\uFF00-\uFF0F\uFF1A-\uFF20\u2010-\u2027]', ' ', 'g'),
      '([\u2E80-\u2FDF\u3040-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF])', ' \1 ', 'g'))
  $$;
CREATE INDEX ix_batches_prompt_words ON image_generation_batches USING gin (prompt_words(prompt));
