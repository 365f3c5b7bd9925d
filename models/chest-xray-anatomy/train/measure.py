"""measure.py MASKS NIH NET.pt OUT.json

Dice on the patients left out of the training, and the cardiothoracic ratio as a sign of cardiomegaly on NIH films,
none of which the network has seen. Prints the percentiles of lung-field geometry from which the gate's limits come.
"""
import csv
import json
import os
import sys

import numpy as np
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score

import heart
from net import AnatomyNet
from train import Masks, predicted, report


def auc_with_interval(y, score, patient, draws=1000):
    rs = np.random.RandomState(1)
    people = np.unique(patient)
    rows = {p: np.where(patient == p)[0] for p in people}
    values = []
    for _ in range(draws):
        i = np.concatenate([rows[p] for p in rs.choice(people, len(people))])
        if 0 < y[i].sum() < len(i):
            values.append(roc_auc_score(y[i], score[i]))
    return {"n": len(y), "positives": int(y.sum()), "auc": round(roc_auc_score(y, score), 4),
            "auc95": [round(float(v), 3) for v in np.percentile(values, [2.5, 97.5])]}


def main(masks, nih, net_path, out):
    torch.set_num_threads(1)
    net = AnatomyNet()
    net.load_state_dict(torch.load(net_path))
    dice = report(net, Masks(masks))
    rows = list(csv.DictReader(open(os.path.join(nih, "labels.csv"))))
    images = np.stack([np.asarray(Image.open(os.path.join(nih, "images", r["image"])).convert("L")) for r in rows])
    p = predicted(net, images).numpy()
    ratio = np.array([np.nan if (v := heart.ratio(q[0], q[1])) is None else v for q in p])
    lungs = [heart.fields(q[0]) for q in p]
    ratio = np.where(np.isnan(ratio), np.nanmean(ratio), ratio)
    y = np.array([float(r["Cardiomegaly"]) for r in rows])
    patient = np.array([int(r["patient"]) for r in rows])
    pa = np.array([r["view"] == "PA" for r in rows])
    normal = np.array([r["no_finding"] == "1" for r in rows])
    result = {
        "diceOnPatientsLeftOut": {k: {"n": n, "dice": round(d, 4)} for k, (n, d) in dice.items()},
        "cardiomegalyByRatio": {"all": auc_with_interval(y, ratio, patient), "pa": auc_with_interval(y[pa], ratio[pa], patient[pa]),
                                "ap": auc_with_interval(y[~pa], ratio[~pa], patient[~pa])},
        "ratioOfNormalPaFilms": {"n": int((normal & pa).sum()), "percentiles": [5, 50, 95], "values": np.percentile(ratio[normal & pa], [5, 50, 95]).round(3).tolist()},
        "lungFieldPercentiles": {"n": len(rows), "percentiles": [.2, 1, 50, 99, 99.8],
                                 **{k: np.percentile([f[k] for f in lungs], [.2, 1, 50, 99, 99.8]).round(3).tolist() for k in lungs[0]}},
    }
    json.dump(result, open(out, "w"), indent=1)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
