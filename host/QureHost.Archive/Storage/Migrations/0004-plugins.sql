-- Crashes that runs are charged with, and versions of plugins that are put aside for them until an operator lifts it.
CREATE TABLE plugin_crash (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  product TEXT NOT NULL, version TEXT NOT NULL, site TEXT NOT NULL, study_uid TEXT NOT NULL, run_id TEXT NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX plugin_crash_version ON plugin_crash (product, version);

CREATE TABLE plugin_quarantine (
  product TEXT NOT NULL, version TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (product, version)
) WITHOUT ROWID;
