"""gate.py DATA MASKS HEAD_CT_SLICES CT_TRAIN,.. CT_TEST,.. SKULL_CT,.. CORPUS NET.pt OUT.npz

Trains the quality gate: a linear head on the trained network's means, which stays as it is. Classes: frontal, inverted,
turned, lateral, other. Frontal films of the fold that was left out, the validation split, the test CT and every second
corpus file are only measured on. Prints what passes and what does not.
"""
import bz2
import glob
import os
import sys

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_sample_images
from sklearn.linear_model import LogisticRegression

import gate_data as g
from data import ChestData
from evaluate import resized
from net import ChestNet

CLASSES = ["frontal", "inverted", "turned", "lateral", "other"]
FOLD = 0


def features(net, pictures):
    net.eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(pictures), 16):
            x = resized(np.stack(pictures[i:i + 16]), 256)
            out.append(net.maps(net.low(x)).mean((2, 3)).numpy())
    return np.concatenate(out)


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


def build(data, films, head_ct, cts, skulls, corpus, few, rs, photos):
    """(picture, class) for one side of the split."""
    pick = lambda n: [data[i] for i in rs.choice(films, min(n, len(films)), replace=False)]
    rows = [(g.varied(p, rs), 0) for p in pick(few * 4)]
    rows += [(255 - g.varied(p, rs), 1) for p in pick(few * 2)]
    rows += [(np.ascontiguousarray(np.rot90(g.varied(p, rs), k)), 2) for k in (1, 2, 3) for p in pick(few * 2 // 3)]
    for volume, spacing in cts:
        rows += [(p, 3) for p in side_views(volume, spacing, few // len(cts), rs)]
        rows += [(p, 4) for p in planes(volume, few // 2 // len(cts), rs)]
    for volume, spacing in skulls:
        rows += [(g.projection(volume, spacing, rs.uniform(0, 360), rs), 4) for _ in range(few // 4 // len(skulls))]
    rows += [(g.sized(np.asarray(Image.open(p).convert("L"))), 4) for p in rs.choice(head_ct, few // 2, replace=False)]
    rows += [(g.varied(a, rs), 4) for a in corpus for _ in range(3)]
    rows += [(g.drawn(rs), 4) for _ in range(few)]
    rows += [(g.part(p, rs), 4) for p in pick(few // 2)]
    rows += [(c, 4) for p in photos for c in crops(p, few // 8, rs)]
    return rows


def main(data_folder, masks, head_ct, ct_train, ct_test, skull_ct, corpus_folder, net_path, out):
    rs = np.random.RandomState(11)
    torch.set_num_threads(1)
    data = ChestData(data_folder)
    children = [g.sized(np.asarray(Image.open(p).convert("L"))) for p in sorted(glob.glob(os.path.join(masks, "*.jpg")))]
    pictures = list(data.images) + children
    seen = np.concatenate([np.where(~data.validation & (data.fold != FOLD))[0], len(data.images) + np.arange(0, len(children), 2)])
    unseen = np.concatenate([np.where(data.validation | (data.fold == FOLD))[0], len(data.images) + np.arange(1, len(children), 2)])
    slices = np.array(sorted(glob.glob(os.path.join(head_ct, "*.jpg"))))
    volumes = lambda text: [g.ct_volume(f) for f in text.split(",")]
    files = [c for c in g.corpus(corpus_folder) if not c[2]]
    skulls = volumes(skull_ct)
    photos = photographs()
    train = build(pictures, seen, slices[:len(slices) // 2], volumes(ct_train), skulls[:-1], [c[3] for c in files[::2]], 400, rs, photos[:2])
    test = build(pictures, unseen, slices[len(slices) // 2:], volumes(ct_test), skulls[-1:], [c[3] for c in files[1::2]], 120, rs, photos[2:])
    test += [(pictures[i], 0) for i in unseen]
    np.savez_compressed(out.replace(".npz", "-pictures.npz"), train=np.stack([p for p, _ in train]), train_class=[c for _, c in train],
                        test=np.stack([p for p, _ in test]), test_class=[c for _, c in test])
    net = ChestNet()
    net.load_state_dict(torch.load(net_path))
    fit(net, [p for p, _ in train], np.array([c for _, c in train]), [p for p, _ in test], np.array([c for _, c in test]), out)


def fit(net, train, train_class, test, test_class, out):
    x, xt = features(net, train), features(net, test)
    mean, sd = x.mean(0), x.std(0) + 1e-3
    model = LogisticRegression(C=.02, max_iter=400, class_weight="balanced").fit((x - mean) / sd, train_class)
    weight = (model.coef_ / sd).astype(np.float32)
    bias = (model.intercept_ - (model.coef_ * mean / sd).sum(1)).astype(np.float32)
    z = xt @ weight.T + bias
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    print("rows: truth, columns: gate's word", CLASSES)
    for c, name in enumerate(CLASSES):
        print(name.ljust(9), np.bincount(p[test_class == c].argmax(1), minlength=5))
    frontal = np.sort(p[test_class == 0, 0])
    print("frontal films, lowest probabilities of frontal:", np.round(frontal[[0, len(frontal) // 200, len(frontal) // 100, len(frontal) // 50]], 4))
    for c, name in enumerate(CLASSES[1:], 1):
        q = np.sort(p[test_class == c, 0])[::-1]
        print(f"{name}: n {len(q)}, above .5: {(q > .5).sum()}, above .8: {(q > .8).sum()}, highest {np.round(q[:4], 3)}")
    np.savez(out, weight=weight, bias=bias, p=p, truth=test_class)


if __name__ == "__main__":
    main(*sys.argv[1:])
