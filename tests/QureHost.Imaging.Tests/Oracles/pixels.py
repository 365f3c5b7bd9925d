"""Decodes the first frame of grey images with pydicom and writes one JSON line a file: pixel numbers, their values after
the modality LUT, and after the window (0..1) where the image has one window and no VOI LUT.

Arguments: output file, then the files.
"""
import json
import os
import sys
import warnings

import numpy as np
import pydicom
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut

warnings.simplefilter("ignore")

with open(sys.argv[1], "w", encoding="utf-8") as out:
    for path in sys.argv[2:]:
        try:
            ds = pydicom.dcmread(path, force=True)
            # pydicom applies no functional groups, and scales single bits out of JPEG 2000 to 128.
            if "SharedFunctionalGroupsSequence" in ds or ds.BitsAllocated == 1:
                continue
            if ds.SamplesPerPixel != 1 or not ds.PhotometricInterpretation.startswith("MONOCHROME"):
                continue
            stored = ds.pixel_array
            if int(ds.get("NumberOfFrames", 1) or 1) > 1:
                stored = stored[0]
            measured = apply_modality_lut(stored, ds)
            stored = stored.ravel()
            places = np.random.default_rng(3).choice(stored.size, min(300, stored.size), replace=False)
            if "PixelPaddingValue" in ds:
                first, last = sorted((int(ds.PixelPaddingValue), int(ds.get("PixelPaddingRangeLimit", ds.PixelPaddingValue))))
                places = places[(stored[places] < first) | (stored[places] > last)]
            line = {"file": os.path.basename(path), "places": places.tolist(), "measured": measured.ravel()[places].astype(float).tolist()}
            if "WindowCenter" in ds and "VOILUTSequence" not in ds and "ModalityLUTSequence" not in ds:
                shown = apply_voi_lut(measured, ds).astype(float).ravel()[places]
                bits = ds.BitsStored
                low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if ds.PixelRepresentation else (0, 2 ** bits - 1)
                slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
                low, high = low * slope + intercept, high * slope + intercept
                shown = (shown - low) / (high - low)
                if ds.PhotometricInterpretation == "MONOCHROME1":
                    shown = 1 - shown
                line["shown"] = shown.tolist()
            out.write(json.dumps(line) + "\n")
        except Exception:  # what the oracle cannot decode is no question to us
            continue
