"""Reads DICOM files with pydicom and writes one JSON line a file: {"file", "dataset"} or {"file", "error"}.

Arguments: output file, then the files. Values above 1 KiB are left out.
"""
import json
import os
import sys
import warnings

import pydicom
from pydicom import config

warnings.simplefilter("ignore")
config.settings.reading_validation_mode = config.IGNORE
config.settings.writing_validation_mode = config.IGNORE

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for path in sys.argv[2:]:
        line = {"file": os.path.basename(path)}
        try:
            dataset = pydicom.dcmread(path, force=True)
            dataset.pop(0x7FE00010, None)
            line["dataset"] = dataset.to_json_dict(
                bulk_data_threshold=1024, bulk_data_element_handler=lambda element: "bulk", suppress_invalid_tags=True)
        except Exception as error:  # the oracle's own limits are not ours
            line["error"] = f"{type(error).__name__}: {error}"
        out.write(json.dumps(line, default=str) + "\n")
