"""Logits with the mirror image averaged in, and AUCs."""
import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score


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
    return np.array([roc_auc_score(labels[:, k], scores[:, k]) if 0 < labels[:, k].sum() < len(labels) else np.nan
                     for k in range(labels.shape[1])])


def mean_auc(labels, scores):
    return float(np.nanmean(aucs(labels, scores)))
