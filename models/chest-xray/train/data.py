"""The training folder: labels.csv and images/ (288 x 288 grey), with fixed patient folds."""
import csv
import os

import numpy as np
from PIL import Image

from net import FINDINGS


class ChestData:
    def __init__(self, folder):
        rows = list(csv.DictReader(open(os.path.join(folder, "labels.csv"))))
        read = lambda row: np.asarray(Image.open(os.path.join(folder, "images", row["image"])).convert("L"))
        self.rows = rows
        self.images = np.stack([read(r) for r in rows])
        self.labels = np.array([[float(r[f]) for f in FINDINGS] for r in rows], np.float32)
        self.normal = np.array([float(r["no_finding"]) for r in rows], np.float32)
        self.taught = np.array([r["teacher_Mass"] != "" for r in rows])
        self.teacher = np.array([[float(r["teacher_" + f] or 0.5) for f in FINDINGS] for r in rows], np.float32)
        self.ap = np.array([r["view"] == "AP" for r in rows], np.float32)
        self.male = np.array([r["sex"] == "M" for r in rows], np.float32)
        self.age = np.clip(np.array([float(r["age"]) for r in rows], np.float32), 0, 100)
        self.patient = np.array([int(r["patient"]) for r in rows])
        self.validation = np.array([r["split"] == "val" for r in rows])
        patients = np.unique(self.patient[~self.validation])
        np.random.RandomState(7).shuffle(patients)
        fold = {p: i % 5 for i, p in enumerate(patients)}
        self.fold = np.array([-1 if v else fold[p] for p, v in zip(self.patient, self.validation)])

    def teacher_targets(self, use):
        """The teacher's log odds, standardised per finding over the images it has seen; 0 where there are none."""
        p = np.clip(self.teacher, 1e-5, 1 - 1e-5)
        z = np.log(p / (1 - p))
        known = self.taught & use
        z = ((z - z[known].mean(0)) / z[known].std(0)).astype(np.float32)
        z[~self.taught] = 0
        return z
