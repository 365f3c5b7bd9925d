"""Logits, averaged over the whole film, its chest field and their mirror images; AUCs."""
import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import rankdata


def resized(images, size):
    """uint8 [N, H, W] -> float [N, 1, size, size] in 0..1, antialiased."""
    x = torch.from_numpy(images).float()[:, None] / 255
    return F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False, antialias=True)


def cut(images, fields, size):
    """The part of every film within left, top, right, bottom (fractions), resized as above."""
    h, w = images.shape[1:]
    parts = []
    for image, (left, top, right, bottom) in zip(images, fields):
        rows, columns = slice(round(top * h), round(bottom * h)), slice(round(left * w), round(right * w))
        parts.append(resized(image[None, rows, columns], size))
    return torch.cat(parts)


def views(images, fields, size=256):
    """The four inputs of one reading: whole film, chest field, and both mirrored."""
    whole, field = resized(images, size), cut(images, fields, size)
    return [whole, field, whole.flip(3), field.flip(3)]


def logits(net, images, fields, size=256, batch=16):
    net.eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(images), batch):
            inputs = views(images[i:i + batch], fields[i:i + batch], size)
            out.append((sum(net(x)[0] for x in inputs) / len(inputs)).numpy())
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
