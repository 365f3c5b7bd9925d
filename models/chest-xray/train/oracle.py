"""oracle.py NET.pt CALIBRATION.json ANATOMY_TRAIN_FOLDER ANATOMY.pt OUT.json FILE.dcm ...

What this pipeline says of 8-bit films: the numbers that the plugin's tests are held against.
"""
import json
import os
import sys

import numpy as np
import pydicom
import torch

from evaluate import logits
from lungs import outlined
from net import ChestNet


def main(net_path, calibration, anatomy_folder, anatomy, out, *files):
    net = ChestNet()
    net.load_state_dict(torch.load(net_path))
    parameters = json.load(open(calibration))["parameters"]
    result = {}
    for path in files:
        film = pydicom.dcmread(path).pixel_array[None]
        fields, ratios = outlined(anatomy_folder, anatomy, film)
        z, r = logits(net, film, fields)[0], ratios[0]
        standard = np.clip((r - parameters["ratio"]["mean"]) / parameters["ratio"]["deviation"], -3, 3)
        p = {f["name"]: round(float(1 / (1 + np.exp(-(f["a"] * v + f.get("c", 0) * standard + f["b"])))), 5) for f, v in zip(parameters["findings"], z)}
        result[os.path.splitext(os.path.basename(path))[0]] = {"probabilities": p, "ratio": round(float(r), 5)}
    json.dump(result, open(out, "w"), indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
