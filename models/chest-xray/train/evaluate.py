"""Logits with the mirror image averaged in, and AUCs."""
import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import rankdata


def resized(images, size):
    """uint8 [N, H, W] -> float [N, 1, size, size] in 0..1, antialiased."""
    x = torch.from_numpy(images).float()[:, None] / 255
    return F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False, antialias=True)


def logits(net, images, size=256, mirror=True, batch=16):
    net.eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(images), batch):
            x = resized(images[i:i + batch], size)
            z = net(x)[0]
            out.append(((z + net(x.flip(3))[0]) / 2 if mirror else z).numpy())
    net.train()
    return np.concatenate(out)


def aucs(labels, scores):
    """One a column, ties counted half (Mann-Whitney); NaN where a column has no positives or no negatives."""
    positive = labels > 0
    yes = positive.sum(0).astype(float)
    no = len(labels) - yes
    ranks = rankdata(scores, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((yes > 0) & (no > 0), ((ranks * positive).sum(0) - yes * (yes + 1) / 2) / (yes * no), np.nan)


def mean_auc(labels, scores):
    return float(np.nanmean(aucs(labels, scores)))
