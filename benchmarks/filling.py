"""A database as it is after years: finished batches and tasks of many clients."""

CLIENTS = 2000

FILL = """
CREATE TEMPORARY TABLE words AS SELECT row_number() OVER () AS number, word FROM unnest(string_to_array(
  'red blue green yellow orange violet white black silver golden tiny huge round square striped glowing misty ancient wooden '
  'glass circle triangle star flower tree house boat river mountain castle robot dragon cat dog horse bird fish lamp clock '
  'bridge tower garden forest desert harbour window door road cloud moon sun snow rain storm', ' ')) AS word;

INSERT INTO api_clients (id, display_name, role, api_key_hash)
SELECT 'key_' || left(hash, 8), 'Client ' || n, 'client', hash
FROM (SELECT n, encode(sha256(convert_to('client-' || n, 'UTF8')), 'hex') AS hash FROM generate_series(0, %(clients)s - 1) n) x;

CREATE TEMPORARY TABLE numbered AS SELECT row_number() OVER (ORDER BY display_name) - 1 AS number, id FROM api_clients;
CREATE UNIQUE INDEX ON numbered (number);

-- A few clients ask for most, as the fourth power of a number drawn from 0…1 falls.
CREATE TEMPORARY TABLE drawn AS
SELECT n, gen_random_uuid() AS id, floor(%(clients)s * power(random(), 4))::int AS client,
  (ARRAY[1, 1, 1, 1, 2, 2, 4, 4, 4, 1, 1, 1, 4, 1, 1, 2, 1, 1, 8, 1])[1 + floor(random() * 20)::int] AS size,
  random() AS fate, random() AS kind, now() - n * interval '730 days' / %(batches)s AS made,
  1 + floor(random() * count)::int AS w1, 1 + floor(random() * count)::int AS w2, 1 + floor(random() * count)::int AS w3
FROM generate_series(1, %(batches)s) n CROSS JOIN (SELECT count(*) FROM words) AS words;

INSERT INTO image_generation_batches (id, api_client_id, caller_label, prompt, negative_prompt, width, height,
  num_inference_steps, guidance_scale, base_seed, batch_size, status, success_count, failed_count, created_at, completed_at)
SELECT d.id, c.id, c.id,
  'a ' || a.word || ' ' || b.word || ' beside the ' || e.word || ' in the evening, number ' || d.n
    || CASE WHEN d.kind < 0.1 THEN ' 一只坐在椅子上的猫' ELSE '' END,
  '', 1024, 1024, 9, 0, d.n, d.size,
  CASE WHEN d.fate < 0.95 THEN 'success' WHEN d.fate < 0.98 THEN 'error' WHEN d.fate < 0.99 THEN 'cancelled' ELSE 'partial' END,
  CASE WHEN d.fate < 0.95 THEN d.size WHEN d.fate < 0.99 THEN 0 ELSE d.size - 1 END,
  CASE WHEN d.fate < 0.95 THEN 0 WHEN d.fate < 0.99 THEN d.size ELSE 1 END, d.made, d.made + interval '12 seconds'
FROM drawn d JOIN numbered c ON c.number = d.client JOIN words a ON a.number = d.w1 JOIN words b ON b.number = d.w2
  JOIN words e ON e.number = d.w3;

INSERT INTO image_generation_tasks (task_id, batch_id, batch_index, seed, status, prompt, negative_prompt, width, height,
  num_inference_steps, guidance_scale, created_at, finished_at, image_id, output_path, preview_path, relative_path,
  preview_relative_path, attempt, worker, dispatched_at, started_at, step, error_code)
SELECT md5(b.id::text || i), b.id, i, b.base_seed + i,
  CASE WHEN b.status IN ('error', 'cancelled') THEN b.status WHEN b.status = 'partial' AND i = 0 THEN 'error' ELSE 'success' END,
  b.prompt, '', 1024, 1024, 9, 0, b.created_at, b.completed_at, md5('image' || b.id || i),
  '/pictures/' || path || '.png', '/pictures/' || path || '.webp', path || '.png', path || '.webp', 1, 'worker-1',
  b.created_at, b.created_at, 9, CASE WHEN b.status = 'error' THEN 'internal_error' END
FROM image_generation_batches b CROSS JOIN LATERAL generate_series(0, b.batch_size - 1) i
  CROSS JOIN LATERAL (SELECT to_char(b.created_at, 'YYYYMMDD/HH24MISS_') || md5('image' || b.id || i) AS path) p
ORDER BY b.created_at;
"""
BATCH_SIZE = 2.1


def fill(connection, tasks):
    batches = round(tasks / BATCH_SIZE)
    text = FILL
    for name, value in dict(clients=CLIENTS, batches=batches).items():
        text = text.replace(f"%({name})s", str(value))
    connection.execute(text)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE)")
