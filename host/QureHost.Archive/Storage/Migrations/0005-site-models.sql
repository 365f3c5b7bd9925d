-- A model that a site runs in place of the one that a product asks for. The hash is what was chosen: other bytes under
-- the same name are another model.
CREATE TABLE site_model (
  site TEXT NOT NULL,
  product TEXT NOT NULL,
  model TEXT NOT NULL,
  replacement TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (site, product, model)
) WITHOUT ROWID;
