"""calibrate.py DATA ANATOMY_TRAIN_FOLDER ANATOMY.pt OUT.json NET.pt [NET.pt ...]

Averages the weights of the networks given, calibrates on the official validation split, chooses operating points there,
and measures on the patients left out (fold 0) and on the validation split. Writes soup weights beside OUT.json.

- Score of a finding: the mean logit of whole film, chest field and their mirror images. Cardiomegaly: logit and cardiothoracic ratio, each divided by
  its deviation on the validation split, added with equal weight (nothing to tune).
- p = sigmoid(a score + b): all findings share a slope and an offset from their smoothed share, and each is drawn
  towards them by a quadratic penalty, since a finding has 2 to 60 positives there.
- Operating point: the probability that 90 % of the validation images without the finding stay below.
- Shown: AUC of at least .65 on the patients left out and on the validation split, each for itself.
"""
import json
import sys

import numpy as np
import torch
from scipy.optimize import minimize

from data import ChestData
from evaluate import aucs, logits
from lungs import outlined
from net import ChestNet, FINDINGS

FOLD = 0
SPECIFICITY = .90
WEAKEST = .65
VOCABULARY = dict(zip(FINDINGS, ["atelectasis", "cardiomegaly", "consolidation", "edema", "pleural_effusion", "emphysema_copd",
                                 "fibrosis_ild", "hiatal_hernia", "infiltrate", "mass", "nodule", "pleural_thickening",
                                 "pneumonia", "pneumothorax"]))
SIDED = {"Atelectasis", "Consolidation", "Effusion", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax"}
CRITICAL = {"Pneumothorax"}


def soup(paths):
    states = [torch.load(p) for p in paths]
    return {k: torch.stack([s[k].float() for s in states]).mean(0) for k in states[0]}


def calibrated(z, y):
    """Slopes and offsets, drawn towards common values."""
    n, k = y.shape
    share = (y.sum(0) + 5 * y.mean()) / (n + 5)
    centre, spread = z.mean(0), z.std(0)
    s = (z - centre) / spread

    def cost(p):
        a0, d0, a, d = p[0], p[1], p[2:2 + k], p[2 + k:]
        u = s * np.exp(a) + (np.log(share / (1 - share)) + d)
        return (np.logaddexp(0, u) - y * u).sum() + 8 * ((a - a0) ** 2).sum() + 4 * ((d - d0) ** 2).sum() + .5 * a0 ** 2 + .5 * d0 ** 2

    p = minimize(cost, np.zeros(2 + 2 * k), method="L-BFGS-B").x
    a = np.exp(p[2:2 + k])
    return a / spread, np.log(share / (1 - share)) + p[2 + k:] - a * centre / spread


def log_loss(p, y):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


def interval(score, y, patient, draws=1000):
    """95 % intervals of the AUCs and of their mean, drawing patients."""
    rs = np.random.RandomState(1)
    people = np.unique(patient)
    rows = {p: np.where(patient == p)[0] for p in people}
    samples = np.array([aucs(y[i], score[i]) for i in (np.concatenate([rows[p] for p in rs.choice(people, len(people))]) for _ in range(draws))])
    ends = np.nanpercentile(samples, [2.5, 97.5], axis=0)
    return ends, np.percentile(np.nanmean(samples, 1), [2.5, 97.5])


def measured(score, p, threshold, y, patient):
    ends, mean_ends = interval(score, y, patient)
    out = {"images": len(y), "patients": int(len(np.unique(patient))), "meanAuc": round(float(np.nanmean(aucs(y, score))), 4),
           "meanAuc95": [round(float(v), 4) for v in mean_ends], "logLoss": round(log_loss(p, y), 4), "findings": {}}
    for k, (name, auc) in enumerate(zip(FINDINGS, aucs(y, score))):
        yes, positive = p[:, k] >= threshold[k], y[:, k] > 0
        out["findings"][name] = {"n": len(y), "positives": int(positive.sum()), "auc": round(float(auc), 4),
                                 "auc95": [round(float(v), 3) for v in ends[:, k]],
                                 "sensitivity": round(float(yes[positive].mean()), 3), "specificity": round(float((~yes[~positive]).mean()), 3)}
    return out


def main(data_folder, anatomy_folder, anatomy, out, *nets):
    torch.set_num_threads(2)
    data = ChestData(data_folder)
    state = soup(nets)
    net = ChestNet()
    net.load_state_dict(state)
    torch.save(state, out.replace(".json", "-soup.pt"))
    rows = np.where(data.validation | (data.fold == FOLD))[0]
    val = data.validation[rows]
    y, patient = data.labels[rows], data.patient[rows]
    fields, r = outlined(anatomy_folder, anatomy, data.images[rows])
    z = logits(net, data.images[rows], fields)
    r_mean, r_sd = float(np.nanmean(r[val])), float(np.nanstd(r[val]))
    r = np.clip(np.nan_to_num((r - r_mean) / r_sd), -3, 3)
    heart = FINDINGS.index("Cardiomegaly")
    heart_sd = z[val, heart].std()
    score = z.copy()
    score[:, heart] = z[:, heart] / heart_sd + r
    a, b = calibrated(score[val], y[val])
    p = 1 / (1 + np.exp(-(score * a + b)))
    threshold = np.array([np.quantile(p[val & (y[:, k] == 0), k], SPECIFICITY) for k in range(len(FINDINGS))])
    both = aucs(y, score)
    weaker = np.minimum(aucs(y[~val], score[~val]), aucs(y[val], score[val]))
    out_fold, out_val = measured(score[~val], p[~val], threshold, y[~val], patient[~val]), measured(score[val], p[val], threshold, y[val], patient[val])
    findings = []
    for k, name in enumerate(FINDINGS):
        item = {"label": name, "name": VOCABULARY[name], "a": float(a[k]), "b": float(b[k]), "threshold": round(float(threshold[k]), 5),
                "shown": bool(weaker[k] >= WEAKEST), "sided": name in SIDED, "critical": name in CRITICAL}
        if k == heart:
            item["a"], item["c"] = float(a[k] / heart_sd), float(a[k])
        if not item["shown"]:
            item["reason"] = f"Not assessed: on films of patients that the model had not seen its AUC was {weaker[k]:.2f}, below {WEAKEST}."
        findings.append(item)
    plain = aucs(y[~val], z[~val])[heart]
    report = {"parameters": {"size": 256, "findings": findings, "ratio": {"mean": r_mean, "deviation": r_sd}},
              "measured": {"leftOut": out_fold, "validation": out_val,
                           "both": {"images": len(y), "meanAuc": round(float(np.nanmean(both)), 4), "auc": dict(zip(FINDINGS, np.round(both, 4).tolist()))},
                           "cardiomegalyWithoutRatio": round(float(plain), 4),
                           "constantLogLoss": {"leftOut": round(log_loss(np.broadcast_to(y[val].mean(0), y[~val].shape), y[~val]), 4)}}}
    json.dump(report, open(out, "w"), indent=1)
    normal = data.normal[rows] > 0
    shown = np.array([f["shown"] for f in findings])
    flagged = ((p >= threshold) & shown).any(1)
    report["measured"]["anyFinding"] = {"leftOut": {
        "normals": int((normal & ~val).sum()), "normalsFlagged": int((normal & ~val & flagged).sum()),
        "abnormals": int((~normal & ~val).sum()), "abnormalsFlagged": int((~normal & ~val & flagged).sum())}}
    json.dump(report, open(out, "w"), indent=1)
    for tag, m in (("left out", out_fold), ("validation", out_val)):
        print(tag, m["meanAuc"], m["meanAuc95"], "log loss", m["logLoss"])
    print("constant", report["measured"]["constantLogLoss"], report["measured"]["anyFinding"], "cardiomegaly without ratio", plain)
    for f in findings:
        o, v = out_fold["findings"][f["label"]], out_val["findings"][f["label"]]
        print(f["label"].ljust(19), "left out", o["positives"], o["auc"], o["auc95"], o["sensitivity"], o["specificity"], "| val", v["positives"], v["auc"],
              "| a %.2f t %.3f shown %s" % (f["a"], f["threshold"], f["shown"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
