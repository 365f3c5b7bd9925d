"""train.py MASKS OUT.pt [--epochs 40] [--minutes 30] [--seed 1]

Trains on the CC BY 4.0 masks alone (index.csv, images and masks of 192 x 192). Hearts are marked on the adult images
only, so the heart's loss counts there only, and adults are drawn four times as often. Every tenth patient is left out.
"""
import argparse
import csv
import math
import os
import re
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from net import AnatomyNet

SIZE, BATCH = 128, 16


def patient_of(source_file):
    name = re.sub(r"^NORMAL2-", "", source_file)
    child = re.match(r"(person\d+|IM-\d+)", name)
    return child.group(1) if child else re.split(r"-day|-Fig|\.fig|-\d+\.", name)[0]


class Masks:
    def __init__(self, folder):
        rows = list(csv.DictReader(open(os.path.join(folder, "index.csv"))))
        read = lambda name: np.asarray(Image.open(os.path.join(folder, name)).convert("L"))
        self.images = np.stack([read(r["image"]) for r in rows])
        lung = [read(r["lung_mask"]) > 0 for r in rows]
        heart = [read(r["heart_mask"]) > 0 if r["heart_mask"] else np.zeros_like(lung[0]) for r in rows]
        self.masks = np.stack([np.stack(lung), np.stack(heart)], 1).astype(np.uint8)
        self.has_heart = np.array([bool(r["heart_mask"]) for r in rows])
        patients = [patient_of(r["source_file"]) for r in rows]
        order = sorted(set(patients))
        np.random.RandomState(3).shuffle(order)
        out = set(order[::10])
        self.left_out = np.array([p in out for p in patients])


def augmented(images, masks, rs):
    n = len(images)
    x = torch.from_numpy(images).float()[:, None] / 255
    y = torch.from_numpy(masks).float()
    angle, zoom, stretch = rs.uniform(-12, 12, n) * math.pi / 180, np.exp(rs.uniform(-.22, .38, n)), np.exp(rs.uniform(-.18, .18, n))
    mirror = np.where(rs.rand(n) < .3, -1., 1.)
    shift = rs.uniform(-.14, .14, (2, n))
    c, s = np.cos(angle), np.sin(angle)
    theta = np.stack([np.stack([zoom * stretch * c * mirror, -zoom * s, shift[0]], 1),
                      np.stack([zoom * s * mirror, zoom / stretch * c, shift[1]], 1)], 1)
    grid = F.affine_grid(torch.tensor(theta, dtype=torch.float32), [n, 1, SIZE, SIZE], align_corners=False)
    border = "border" if rs.rand() < .5 else "zeros"
    x = F.grid_sample(x, grid, align_corners=False, padding_mode=border)
    y = (F.grid_sample(y, grid, align_corners=False, padding_mode="zeros") > .5).float()
    column = lambda v: torch.tensor(v, dtype=torch.float32).view(n, 1, 1, 1)
    x = x.clamp(1e-4, 1) ** torch.exp(column(rs.uniform(-.5, .5, n)))
    x = (x - .5) * column(rs.uniform(.6, 1.3, n)) + .5 + column(rs.uniform(-.15, .15, n))
    x = x + torch.randn_like(x) * column(rs.uniform(0, .04, n))
    for i in np.where(rs.rand(n) < .3)[0]:
        h, w = [int(v) for v in rs.uniform(.08, .3, 2) * SIZE]
        top, left = rs.randint(SIZE - h), rs.randint(SIZE - w)
        x[i, :, top:top + h, left:left + w] = float(rs.rand())
    return x.clamp(0, 1), y


def dice(a, b, axes):
    return (2 * (a * b).sum(axes) + 1) / (a.sum(axes) + b.sum(axes) + 1)


def predicted(net, images):
    """Probabilities [N, 2, SIZE, SIZE], the mirror image averaged in."""
    net.eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(images), 32):
            x = torch.from_numpy(images[i:i + 32]).float()[:, None] / 255
            x = F.interpolate(x, size=(SIZE, SIZE), mode="bilinear", align_corners=False, antialias=True)
            out.append((torch.sigmoid(net(x)) + torch.sigmoid(net(x.flip(3))).flip(3)) / 2)
    net.train()
    return torch.cat(out)


def report(net, data):
    """Dice on the patients left out, at the masks' own 192 x 192."""
    ids = np.where(data.left_out)[0]
    p = F.interpolate(predicted(net, data.images[ids]), size=data.images.shape[1:], mode="bilinear", align_corners=False) > .5
    d = dice(p.float(), torch.from_numpy(data.masks[ids]).float(), (2, 3)).numpy()
    adult = data.has_heart[ids]
    return {"children": (int((~adult).sum()), float(d[~adult, 0].mean())),
            "adults": (int(adult.sum()), float(d[adult, 0].mean())),
            "heart": (int(adult.sum()), float(d[adult, 1].mean()))}


def main():
    a = argparse.ArgumentParser()
    a.add_argument("masks"), a.add_argument("out")
    a.add_argument("--epochs", type=int, default=40), a.add_argument("--minutes", type=float, default=30)
    a.add_argument("--seed", type=int, default=1)
    a = a.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    rs = np.random.RandomState(a.seed)
    data = Masks(a.masks)
    train = np.where(~data.left_out)[0]
    train = np.concatenate([train] + [train[data.has_heart[train]]] * 3)
    net = AnatomyNet()
    opt = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    batches, step, started = len(train) // BATCH, 0, time.time()
    print(f"{sum(p.numel() for p in net.parameters())} weights, {len(train)} draws an epoch, left out {int(data.left_out.sum())}", flush=True)
    for epoch in range(a.epochs):
        rs.shuffle(train)
        total = 0.
        for b in range(batches):
            done = max(step / (a.epochs * batches), (time.time() - started) / (a.minutes * 60))
            if done >= 1:
                break
            for group in opt.param_groups:
                group["lr"] = 3e-3 * min(1, (step + 1) / 50) * (.5 * (1 + math.cos(math.pi * done)) + .003)
            ids = train[b * BATCH:(b + 1) * BATCH]
            x, y = augmented(data.images[ids], data.masks[ids], rs)
            counts = torch.ones(len(ids), 2)
            counts[:, 1] = torch.from_numpy(data.has_heart[ids]).float()
            z = net(x)
            bce = F.binary_cross_entropy_with_logits(z, y, reduction="none").mean((2, 3))
            overlap = 1 - dice(torch.sigmoid(z), y, (2, 3))
            loss = ((bce + overlap) * counts).sum() / counts.sum()
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
            total, step = total + loss.item(), step + 1
        line = f"epoch {epoch} done {done:.3f} loss {total / max(1, b):.4f} {time.time() - started:.0f} s"
        print(line, report(net, data) if epoch % 5 == 4 or done >= 1 or epoch == a.epochs - 1 else "", flush=True)
        torch.save(net.state_dict(), a.out)
        if done >= 1:
            break


if __name__ == "__main__":
    main()
