-- What the planner should believe: the shape of a full archive of two sites, from the first row on. Without statistics
-- it takes a site for selective and walks all its studies to find one patient; measured ones would change plans as the
-- archive grows. Row counts, then the rows that share the first, the first two … columns of an index.
ANALYZE mark;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('study', 'sqlite_autoindex_study_1', '1000000 500000 1'),
  ('study', 'study_newest', '1000000 500000 500 1'),
  ('study', 'study_received', '1000000 500000 1'),
  ('study', 'study_patient', '1000000 500000 3 3'),
  ('study', 'study_accession', '1000000 500000 1'),
  ('study', 'study_unsettled', '20 1'),
  ('study_modality', 'study_modality', '1500000 750000 200000 1'),
  ('study_word', 'study_word', '10000000 5000000 20 1'),
  ('series', 'sqlite_autoindex_series_1', '4000000 4 1'),
  ('series', 'series_uid', '4000000 1'),
  ('instance', 'sqlite_autoindex_instance_1', '200000000 100000000 1'),
  ('instance', 'instance_series', '200000000 50 1'),
  ('instance_json', NULL, '200000000'),
  ('event', 'event_study', '20000000 20 1'),
  ('event', 'event_run', '10000000 10 1'),
  ('job', 'job_study', '2000000 2 2'),
  ('job', 'job_queue', '50 15 1'),
  ('job', 'job_running', '5 1'),
  ('job', 'job_open', '50 25 2 1'),
  ('result', 'result_study', '10000000 10 10');
ANALYZE sqlite_schema;
