-- Times are UTC milliseconds since 1970. DA and TM stay as stored. Lists of CS are '\'-joined with '\' at both ends.
CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE site (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, ae_titles TEXT NOT NULL, addresses TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE study (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL, uid TEXT NOT NULL,
  patient_id TEXT, issuer TEXT, patient_name TEXT, sex TEXT, birth_date TEXT,
  study_date TEXT, study_time TEXT, accession TEXT, study_id TEXT, description TEXT,
  referring TEXT,
  modalities TEXT NOT NULL, series_count INTEGER NOT NULL, instance_count INTEGER NOT NULL,
  flags INTEGER NOT NULL, settled INTEGER NOT NULL,
  received_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, outside_at INTEGER NOT NULL,
  first_instance INTEGER NOT NULL,
  json BLOB NOT NULL,
  UNIQUE (site, uid)
);
CREATE INDEX study_newest ON study (site, study_date, key);
CREATE INDEX study_received ON study (site, key);
CREATE INDEX study_patient ON study (site, patient_id, issuer);
CREATE INDEX study_accession ON study (site, accession);
CREATE INDEX study_unsettled ON study (key) WHERE settled = 0;

-- One row a modality: a filter on a rare one does not walk all studies.
CREATE TABLE study_modality (
  site TEXT NOT NULL, modality TEXT NOT NULL, study_key INTEGER NOT NULL,
  PRIMARY KEY (site, modality, study_key)
) WITHOUT ROWID;

-- Folded text by which studies are found: '=' and '@' begin whole groups of the patient's and the referring physician's
-- name, anything else is a word of the patient's name or the description, the Patient ID or the accession number.
CREATE TABLE study_word (
  site TEXT NOT NULL, word TEXT NOT NULL, study_key INTEGER NOT NULL,
  PRIMARY KEY (site, word, study_key)
) WITHOUT ROWID;

CREATE TABLE series (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  study_key INTEGER NOT NULL, uid TEXT NOT NULL,
  modality TEXT, number INTEGER, description TEXT, body_part TEXT, laterality TEXT,
  series_date TEXT, series_time TEXT, pps_date TEXT, pps_time TEXT, station TEXT, manufacturer TEXT,
  instance_count INTEGER NOT NULL, run_id TEXT, created_at INTEGER NOT NULL, first_instance INTEGER NOT NULL,
  json BLOB NOT NULL,
  UNIQUE (study_key, uid)
);
CREATE INDEX series_uid ON series (uid);

CREATE TABLE instance (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  series_key INTEGER NOT NULL, site TEXT NOT NULL, sop_uid TEXT NOT NULL, sop_class TEXT NOT NULL,
  transfer_syntax TEXT NOT NULL, number INTEGER, frames INTEGER NOT NULL, ranges BLOB,
  object TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, hash BLOB NOT NULL,
  source TEXT NOT NULL, run_id TEXT, stored_at INTEGER NOT NULL,
  UNIQUE (site, sop_uid)
);
CREATE INDEX instance_series ON instance (series_key, number);

-- Apart from instance, so that walking instances does not walk their JSON.
CREATE TABLE instance_json (
  key INTEGER PRIMARY KEY, row BLOB NOT NULL, metadata BLOB NOT NULL
);

CREATE TABLE tombstone (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL, study_uid TEXT NOT NULL, series_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, deleted_at INTEGER NOT NULL
);

-- Files that no row names any more and that are still to be unlinked.
CREATE TABLE removal (path TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE blob (
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, site TEXT NOT NULL, object TEXT NOT NULL,
  length INTEGER NOT NULL, created_at INTEGER NOT NULL
);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL, site TEXT NOT NULL, study_uid TEXT, type TEXT NOT NULL,
  product TEXT, run_id TEXT, attempt INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX event_study ON event (study_uid, seq);
CREATE INDEX event_run ON event (run_id, seq) WHERE run_id IS NOT NULL;

CREATE TABLE job (
  key INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL, study_uid TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL,
  state INTEGER NOT NULL, lane INTEGER NOT NULL, due_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL, max_attempts INTEGER NOT NULL,
  lease_owner TEXT, lease_until INTEGER, not_before INTEGER, ups_uid TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER,
  reason TEXT, done REAL, stage TEXT, status TEXT, outcome TEXT
);
CREATE INDEX job_study ON job (study_uid, site);
CREATE INDEX job_queue ON job (lane, due_at) WHERE state = 0;
CREATE INDEX job_running ON job (lease_until) WHERE state = 1;
-- One open run of a product on a study.
CREATE UNIQUE INDEX job_open ON job (site, study_uid, product) WHERE state IN (0, 1);

CREATE TABLE result (
  run_id TEXT NOT NULL, result_id TEXT NOT NULL, site TEXT NOT NULL, study_uid TEXT NOT NULL, product TEXT NOT NULL,
  attempt INTEGER NOT NULL, seq INTEGER NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (run_id, result_id)
);
CREATE INDEX result_study ON result (study_uid, site);

CREATE TABLE site_product (
  site TEXT NOT NULL, product TEXT NOT NULL, enabled INTEGER NOT NULL, lane INTEGER, deadline_seconds INTEGER, settings TEXT NOT NULL,
  PRIMARY KEY (site, product)
) WITHOUT ROWID;

CREATE TABLE user (
  name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, roles TEXT NOT NULL, sites TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, site TEXT NOT NULL, roles TEXT NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, site TEXT NOT NULL, study_uid TEXT, action TEXT NOT NULL, detail TEXT,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL
);
CREATE INDEX audit_study ON audit (study_uid, id);

CREATE TABLE report (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, study_uid TEXT NOT NULL, text TEXT NOT NULL, modality TEXT, source TEXT NOT NULL, added_at INTEGER NOT NULL
);
CREATE INDEX report_study ON report (study_uid, site);

CREATE TABLE decision (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, study_uid TEXT NOT NULL, product TEXT NOT NULL, run_id TEXT, result_id TEXT,
  kind TEXT NOT NULL, comment TEXT, user TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX decision_study ON decision (study_uid, site);

CREATE TABLE alert (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, study_uid TEXT NOT NULL, run_id TEXT, finding TEXT NOT NULL, text TEXT NOT NULL,
  raised_at INTEGER NOT NULL, acknowledged_by TEXT, acknowledged_at INTEGER
);
CREATE INDEX alert_study ON alert (study_uid, site);
CREATE INDEX alert_open ON alert (site, raised_at) WHERE acknowledged_at IS NULL;
CREATE INDEX alert_site ON alert (site, raised_at);

INSERT INTO site (id, name, ae_titles, addresses) VALUES ('default', 'Default site', '', '');
