"""gate.py NIH MASKS CT_TRAIN,.. CT_TEST,.. SKULL_TRAIN,.. SKULL_TEST,.. CORPUS NET.pt OUT.npz

Trains the quality gate: a linear head on what the trained anatomy network sees, which stays as it is. Classes: frontal,
inverted, turned, lateral, other. The films of every fifth patient, the test CTs, one photograph and every second corpus
file are only measured on. Prints what passes and what does not.
"""
import bz2
import csv
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from sklearn.datasets import load_sample_images
from sklearn.linear_model import LogisticRegression

import gate_data as g
import heart
from net import AnatomyNet
from train import patient_of

CLASSES = ["frontal", "inverted", "turned", "lateral", "other"]


def looked_at(net, pictures):
    """Signatures, and for each picture the geometry of its lung fields (mirror image averaged in)."""
    net.eval()
    seen, lungs = [], []
    with torch.no_grad():
        for i in range(0, len(pictures), 32):
            x = torch.from_numpy(np.stack(pictures[i:i + 32])).float()[:, None] / 255
            x = F.interpolate(x, size=(128, 128), mode="bilinear", align_corners=False, antialias=True)
            kept = net.deep(x)
            z = net.masks(kept)
            seen.append(net.signature(kept, z).numpy())
            lungs += [heart.fields(m[0]) for m in torch.sigmoid(z).numpy()]
    return np.concatenate(seen), lungs


def photographs():
    """What ships with Debian's scikit-learn and SciPy."""
    out = [np.asarray(Image.fromarray(p).convert("L")) for p in load_sample_images().images]
    import scipy.misc
    raw = bz2.decompress(open(os.path.join(os.path.dirname(scipy.misc.__file__), "face.dat"), "rb").read())
    return out + [np.frombuffer(raw, np.uint8).reshape(768, 1024, 3).mean(2).astype(np.uint8)]


def crops(picture, count, rs):
    for _ in range(count):
        k = int(min(picture.shape) * rs.uniform(.3, 1))
        top, left = rs.randint(0, picture.shape[0] - k + 1), rs.randint(0, picture.shape[1] - k + 1)
        yield g.sized(np.ascontiguousarray(picture[top:top + k, left:left + k]))


def planes(volume, count, rs):
    """Axial, coronal and sagittal slices in lung and soft-tissue windows: a coronal CT slice looks like a chest film."""
    for _ in range(count):
        axis = rs.randint(0, 3)
        n = volume.shape[axis]
        a = np.take(volume, rs.randint(n // 6, n - n // 6), axis)
        low, high = ((-1350, 150), (-160, 240), (-500, 1500))[rs.randint(3)]
        yield g.sized(g.to_byte(a[::-1] if axis else a, low, high))


def side_views(volume, spacing, count, rs):
    for _ in range(count):
        yield g.projection(volume, spacing, rs.choice([90, 270]) + rs.uniform(-28, 28), rs)


def build(films, cts, skulls, corpus, few, rs, photos):
    """(picture, class) for one side of the split."""
    pick = lambda n: [films[i] for i in rs.choice(len(films), min(n, len(films)), replace=False)]
    rows = [(g.varied(p, rs), 0) for p in pick(few * 4)]
    rows += [(255 - g.varied(p, rs), 1) for p in pick(few * 2)]
    rows += [(np.ascontiguousarray(np.rot90(g.varied(p, rs), k)), 2) for k in (1, 2, 3) for p in pick(few * 2 // 3)]
    for volume, spacing in cts:
        rows += [(p, 3) for p in side_views(volume, spacing, few // len(cts), rs)]
        rows += [(p, 4) for p in planes(volume, few // 2 // len(cts), rs)]
    for volume, spacing in skulls:
        rows += [(g.projection(volume, spacing, rs.uniform(0, 360), rs), 4) for _ in range(few // 4 // len(skulls))]
        rows += [(p, 4) for p in planes(volume, few // 2 // len(skulls), rs)]
    rows += [(g.varied(a, rs), 4) for a in corpus for _ in range(3)]
    rows += [(g.drawn(rs), 4) for _ in range(few)]
    rows += [(g.part(p, rs), 4) for p in pick(few // 2)]
    rows += [(c, 4) for p in photos for c in crops(p, few // 8, rs)]
    return rows


def films_of(nih, masks):
    """NIH films and the mask images, and whether each is kept for the measurement."""
    grey = lambda path: g.sized(np.asarray(Image.open(path).convert("L")))
    rows = list(csv.DictReader(open(os.path.join(nih, "labels.csv"))))
    rows = rows[::2]  # half of them are plenty for a linear head
    films = [grey(os.path.join(nih, "images", r["image"])) for r in rows]
    kept = [int(r["patient"]) % 5 == 0 for r in rows]
    for r in list(csv.DictReader(open(os.path.join(masks, "index.csv"))))[::2]:
        films.append(grey(os.path.join(masks, r["image"])))
        kept.append(sum(map(ord, patient_of(r["source_file"]))) % 5 == 0)
    return films, np.array(kept)


def main(nih, masks, ct_train, ct_test, skull_train, skull_test, corpus_folder, net_path, out):
    rs = np.random.RandomState(11)
    torch.set_num_threads(1)
    net = AnatomyNet()
    net.load_state_dict(torch.load(net_path))
    films, kept = films_of(nih, masks)
    volumes = lambda text: [g.ct_volume(f) for f in text.split(",")]
    files = [c for c in g.corpus(corpus_folder) if not c[2]]
    photos = photographs()
    ours, theirs = [f for f, k in zip(films, kept) if not k], [f for f, k in zip(films, kept) if k]
    train = build(ours, volumes(ct_train), volumes(skull_train), [c[3] for c in files[::2]], 120, rs, photos[:2])
    test = build(theirs, volumes(ct_test), volumes(skull_test), [c[3] for c in files[1::2]], 50, rs, photos[2:])
    test += [(f, 0) for f in theirs]
    fit(net, train, test, out)


def fit(net, train, test, out):
    x, _ = looked_at(net, [p for p, _ in train])
    xt, lungs = looked_at(net, [p for p, _ in test])
    y, truth = np.array([c for _, c in train]), np.array([c for _, c in test])
    mean, sd = x.mean(0), x.std(0) + 1e-2
    model = LogisticRegression(C=.01, max_iter=500, class_weight="balanced").fit((x - mean) / sd, y)
    weight = (model.coef_ / sd).astype(np.float32)
    bias = (model.intercept_ - (model.coef_ * mean / sd).sum(1)).astype(np.float32)
    z = xt @ weight.T + bias
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    np.savez(out, weight=weight, bias=bias, p=p, truth=truth, **{k: np.array([f[k] for f in lungs]) for k in lungs[0]})
    print("rows: truth, columns: gate's word", CLASSES)
    for c, name in enumerate(CLASSES):
        print(name.ljust(9), np.bincount(p[truth == c].argmax(1), minlength=5))
    frontal = np.sort(p[truth == 0, 0])
    print("frontal films, lowest probabilities of frontal:", np.round(frontal[[0, 1, len(frontal) // 200, len(frontal) // 100, len(frontal) // 50]], 4), len(frontal))
    for c, name in enumerate(CLASSES[1:], 1):
        q = np.sort(p[truth == c, 0])[::-1]
        print(f"{name}: n {len(q)}, above .5: {(q > .5).sum()}, above .8: {(q > .8).sum()}, highest {np.round(q[:6], 3)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
