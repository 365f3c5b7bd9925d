"""train.py DATA FIELDS.npy START.pt OUT.pt [--fold 0] [--seed 1] [--epochs 12] [--minutes 60] [--threads 1]

Fine-tunes the network on 14 findings, on a CPU. --fold k leaves that fifth of the training patients out (the honest
figure comes from them); --fold -1 uses all. The official validation split is never trained on. Half of the draws show
the whole film, half its chest field (lungs.py), as the reading does. The schedule follows
epochs or minutes, whichever runs out first, so that a busy machine still ends on time with a full cosine.
"""
import argparse
import copy
import math
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from data import ChestData
from evaluate import logits, mean_auc
from net import ChestNet

LEARNING_RATES = {"layer2": 6e-5, "layer3": 1.2e-4, "layer4": 3e-4}
HEAD_RATE = 2e-3
BATCH = 32
TEACHER_WEIGHT = 4.0


def augmented(images, fields, size, rs, generator):
    """Whole film or chest field; rotation, zoom, stretch, mirror, gamma, contrast, noise, erasing; a third takes a
    detour over fewer pixels, so that the resolution of the source does not give the finding away."""
    x = torch.from_numpy(images).float()[:, None] / 255
    n = len(images)
    uniform = lambda low, high: torch.rand(n, generator=generator) * (high - low) + low
    column = lambda v: v.view(n, 1, 1, 1)
    cut = torch.rand(n, generator=generator) < .5
    left, top, right, bottom = torch.where(cut[:, None], torch.from_numpy(fields), torch.tensor([0., 0., 1., 1.])).T
    angle, stretch = uniform(-10, 10) * math.pi / 180, uniform(.94, 1.06)
    zoom = torch.where(cut, uniform(.90, 1.10), uniform(.80, 1.03))
    mirror = torch.where(torch.rand(n, generator=generator) < .5, -1., 1.)
    wide, high = (right - left) * zoom * stretch, (bottom - top) * zoom / stretch
    shift = torch.where(cut, .04, .08)
    theta = torch.stack([
        torch.stack([wide * angle.cos() * mirror, -wide * angle.sin(), left + right - 1 + shift * uniform(-1, 1)], 1),
        torch.stack([high * angle.sin() * mirror, high * angle.cos(), top + bottom - 1 + shift * uniform(-1, 1)], 1)], 1)
    grid = F.affine_grid(theta, [n, 1, size, size], align_corners=False)
    x = F.grid_sample(x, grid, align_corners=False, padding_mode="zeros")
    for i in np.where(rs.rand(n) < .35)[0]:
        few = int(rs.choice([112, 128, 160, 192]))
        small = F.interpolate(x[i:i + 1], size=(few, few), mode="area")
        x[i:i + 1] = F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False)
    x = x.clamp(1e-4, 1) ** torch.exp(column(uniform(-.3, .3)))
    x = (x - .5) * column(uniform(.8, 1.2)) + .5 + column(uniform(-.08, .08))
    noise = uniform(0, .03) * (torch.rand(n, generator=generator) < .3)
    x = (x + torch.randn(x.shape, generator=generator) * column(noise)).clamp(0, 1)
    for i in np.where(rs.rand(n) < .25)[0]:
        h, w = [int(v) for v in rs.uniform(.1, .28, 2) * size]
        top, left = rs.randint(size - h), rs.randint(size - w)
        x[i, :, top:top + h, left:left + w] = float(rs.rand())
    return x


def optimiser(net):
    groups = {}
    for name, p in net.named_parameters():
        if name.startswith(("conv1", "layer1")):
            p.requires_grad_(False)
        else:
            groups.setdefault((LEARNING_RATES.get(name[:6], HEAD_RATE), p.dim() > 1), []).append(p)
    return torch.optim.AdamW([dict(params=p, lr=rate, base=rate, weight_decay=.03 if decays else 0)
                              for (rate, decays), p in groups.items()], betas=(.9, .99))


def side_loss(side, data, ids):
    target = lambda values: torch.from_numpy(values[ids])
    bce = F.binary_cross_entropy_with_logits
    return (.3 * bce(side[:, 0], target(data.normal)) + .1 * bce(side[:, 1], target(data.ap))
            + .1 * bce(side[:, 2], target(data.male))
            + .1 * F.smooth_l1_loss(side[:, 3], (target(data.age) - 48) / 16))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("data"), a.add_argument("fields"), a.add_argument("start"), a.add_argument("out")
    a.add_argument("--fold", type=int, default=0), a.add_argument("--seed", type=int, default=1)
    a.add_argument("--epochs", type=int, default=12), a.add_argument("--minutes", type=float, default=60)
    a.add_argument("--threads", type=int, default=1)
    a.add_argument("--sizes", default="192,224", help="pixels: the first 55 %% of the schedule, then the rest")
    a = a.parse_args()
    sizes = [int(s) for s in a.sizes.split(",")]
    torch.set_num_threads(a.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(a.seed)
    rs, generator = np.random.RandomState(a.seed), torch.Generator().manual_seed(a.seed)
    data, fields = ChestData(a.data), np.load(a.fields)
    train = np.where(~data.validation & (data.fold != a.fold))[0]
    left_out, val = np.where(data.fold == a.fold)[0], np.where(data.validation)[0]
    teacher = data.teacher_targets(np.isin(np.arange(len(data.rows)), train))
    share = data.labels[train].mean(0)
    positive_weight = torch.tensor(np.clip(np.sqrt((1 - share) / np.maximum(share, 1e-3)), 1, 6).astype(np.float32))

    net = ChestNet()
    net.start_from(torch.load(a.start))
    with torch.no_grad():
        net.head.bias.copy_(torch.logit(torch.tensor(share).clamp(.02, .6)))
    opt = optimiser(net)
    average = copy.deepcopy(net)
    batches, step, started = len(train) // BATCH, 0, time.time()
    print(f"train {len(train)}, left out {len(left_out)}, validation {len(val)}, {batches} batches an epoch", flush=True)
    for epoch in range(a.epochs):
        rs.shuffle(train)
        losses = np.zeros(3)
        for b in range(batches):
            done = max(step / (a.epochs * batches), (time.time() - started) / (a.minutes * 60))
            if done >= 1:
                break
            factor = min(1, (step + 1) / 30) * (.5 * (1 + math.cos(math.pi * done)) * .98 + .02)
            for group in opt.param_groups:
                group["lr"] = group["base"] * factor
            ids = train[b * BATCH:(b + 1) * BATCH]
            z, side = net(augmented(data.images[ids], fields[ids], sizes[0] if done < .55 else sizes[1], rs, generator))
            y = torch.from_numpy(data.labels[ids])
            taught = torch.from_numpy(data.taught[ids]).float()[:, None]
            label = F.binary_cross_entropy_with_logits(z, y * .94 + .02, pos_weight=positive_weight)
            distance = F.smooth_l1_loss(z * net.teacher_scale + net.teacher_shift, torch.from_numpy(teacher[ids]),
                                        reduction="none")
            taught_loss = (distance * taught).sum() / distance.numel() * TEACHER_WEIGHT
            aside = side_loss(side, data, ids)
            opt.zero_grad(set_to_none=True)
            (label + taught_loss + aside).backward()
            nn.utils.clip_grad_norm_([p for p in net.parameters() if p.requires_grad], 2.)
            opt.step()
            step += 1
            keep = min(.99, (1 + step) / (10 + step))
            with torch.no_grad():
                for slow, fast in zip(average.parameters(), net.parameters()):
                    if fast.requires_grad:
                        slow.lerp_(fast, 1 - keep)
            losses += [label.item(), taught_loss.item(), aside.item()]
        line = f"epoch {epoch} done {done:.3f} losses {np.round(losses / max(1, b), 4)}"
        if epoch % 4 == 3 or done >= 1 or epoch == a.epochs - 1:
            line += f" validation {mean_auc(data.labels[val], logits(average, data.images[val], fields[val])):.4f}"
        print(line, f"{time.time() - started:.0f} s", flush=True)
        torch.save(average.state_dict(), a.out)
        if done >= 1:
            break
    if len(left_out):
        print(f"left out {mean_auc(data.labels[left_out], logits(average, data.images[left_out], fields[left_out])):.4f}", flush=True)


if __name__ == "__main__":
    main()
