"""Pictures for the quality gate: what is no upright frontal chest film, from material at hand.

Slices of CT, projections computed from CT volumes (chest from the side, skulls), other modalities, photographs,
drawn phantoms, and chest films that are inverted, turned or cut down to a part. All are uint8 [288, 288].
There is no set of real lateral chest films here: "lateral" is learned from projections of CT alone.
"""
import glob
import os
import subprocess
import tempfile

import numpy as np
import pydicom
import torch
import torch.nn.functional as F
from PIL import Image

SIZE = 288


def to_byte(a, low=None, high=None):
    a = np.asarray(a, np.float32)
    low, high = np.min(a) if low is None else low, np.max(a) if high is None else high
    return (np.clip((a - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8)


def sized(a):
    return np.asarray(Image.fromarray(a).resize((SIZE, SIZE), Image.BILINEAR))


def decoded(path, folder):
    """Dataset and pixels; gdcmconv helps with what pydicom cannot decode."""
    d = pydicom.dcmread(path)
    try:
        return d, d.pixel_array
    except (RuntimeError, NotImplementedError):
        target = os.path.join(folder, "raw.dcm")
        subprocess.run(["gdcmconv", "-w", path, target], check=True, capture_output=True, timeout=20)
        d = pydicom.dcmread(target)
        return d, d.pixel_array


def ct_volume(folder):
    """HU [z, y, x] from feet to head, thinned to about 2.3 mm, and spacing in mm"""
    slices = []
    with tempfile.TemporaryDirectory() as raw:
        for path in sorted(glob.glob(os.path.join(folder, "*.dcm"))):
            d, pixels = decoded(path, raw)
            hu = pixels * float(d.get("RescaleSlope", 1)) + float(d.get("RescaleIntercept", 0))
            slices.append((float(d.ImagePositionPatient[2]), hu.astype(np.float32), [float(v) for v in d.PixelSpacing]))
    slices.sort(key=lambda s: s[0])
    shape = slices[len(slices) // 2][1].shape
    slices = [s for s in slices if s[1].shape == shape]
    dz = abs(slices[-1][0] - slices[0][0]) / (len(slices) - 1)
    volume = torch.from_numpy(np.stack([s[1] for s in slices]))[None, None]
    fine = max(1, round(2.3 / slices[0][2][0]))  # two millimetres and a half do for a small film
    thick = max(1, round(2.3 / dz))
    volume = F.avg_pool3d(volume, (thick, fine, fine))[0, 0].numpy()
    return volume, (dz * thick, slices[0][2][0] * fine, slices[0][2][1] * fine)


def projection(volume, spacing, angle, rs):
    """A film-like projection (bone white) of a CT turned by angle degrees about its long axis."""
    mu = torch.from_numpy(np.clip((volume + 1000) / 1000, 0, 2.5))[:, None]
    n, _, h, w = mu.shape
    side = int(max(h, w) * 1.2)
    t = np.deg2rad(angle)
    sx, sy = side / w, side / h * spacing[2] / spacing[1]
    theta = torch.tensor([[np.cos(t) * sx, -np.sin(t) * sx, 0], [np.sin(t) * sy, np.cos(t) * sy, 0]], dtype=torch.float32)
    grid = F.affine_grid(theta[None].expand(n, 2, 3), [n, 1, side, side], align_corners=False)
    line = F.grid_sample(mu, grid, align_corners=False)[:, 0].sum(1).numpy()[::-1]  # sum along y, head up
    rows = np.any(line > line.max() * .05, 0)
    line = line[:, rows.argmax():len(rows) - rows[::-1].argmax()]
    low, high = np.percentile(line, (rs.uniform(0, 5), rs.uniform(96, 100)))
    film = to_byte(line, low, high)
    film = to_byte((film / 255.) ** rs.uniform(.6, 1.6), 0, 1)
    frame = Image.fromarray(film).resize((int(SIZE * rs.uniform(.75, 1.1)), int(SIZE * rs.uniform(.85, 1.1))), Image.BILINEAR)
    page = Image.new("L", (SIZE, SIZE), int(rs.choice([0, 0, 10, 40])))
    page.paste(frame, ((SIZE - frame.width) // 2, (SIZE - frame.height) // 2))
    return np.asarray(page)


def corpus(folder):
    """One picture of every file that can be decoded, colour as luminance."""
    out = []
    for path in sorted(glob.glob(os.path.join(folder, "*.dcm"))):
        with tempfile.TemporaryDirectory() as raw:
            try:
                d, a = decoded(path, raw)
                a = a.astype(np.float32)
                if a.ndim == 4:
                    a = a[len(a) // 2]
                if a.ndim == 3:
                    a = a.mean(2) if a.shape[2] == 3 else a[len(a) // 2]
            except Exception:
                continue
            if min(a.shape) >= 40 and a.max() > a.min():
                low, high = np.percentile(a, (1, 99))
                chest = d.get("BodyPartExamined", "") in ("CHEST", "THORAX")
                out.append((os.path.basename(path), str(d.get("Modality", "")), chest, sized(to_byte(a, low, high))))
    return out


def drawn(rs):
    """Ellipses, boxes, gradients and noise, some in the arrangement of a chest: phantoms are no patients."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    a = np.full((SIZE, SIZE), rs.uniform(0, 1)) + rs.uniform(-.5, .5) * x + rs.uniform(-.5, .5) * y

    def ellipse(cx, cy, rx, ry, value):
        edge = rs.uniform(.01, .15)
        d = np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
        m = np.clip((1 - d) / edge, 0, 1)
        return a * (1 - m) + value * m

    if rs.rand() < .6:
        a = ellipse(.5, .55, rs.uniform(.4, .6), rs.uniform(.5, .7), rs.uniform(.3, .9))
        dark = rs.uniform(0, .5)
        for side in (-1, 1):
            a = ellipse(.5 + side * rs.uniform(.16, .24), rs.uniform(.4, .55), rs.uniform(.1, .18), rs.uniform(.22, .36), dark)
        if rs.rand() < .7:
            a = ellipse(rs.uniform(.5, .6), rs.uniform(.5, .65), rs.uniform(.08, .2), rs.uniform(.1, .2), rs.uniform(.5, 1))
        if rs.rand() < .5:
            for k in range(rs.randint(6, 12)):
                a = a + .12 * (np.abs(y - .2 - .06 * k - rs.uniform(.2, .6) * (x - .5) ** 2) < .008)
    else:
        for _ in range(rs.randint(1, 12)):
            a = ellipse(*rs.rand(2), *rs.uniform(.02, .5, 2), rs.rand())
    a = a + rs.randn(SIZE, SIZE) * rs.choice([0, .01, .05, .3])
    return to_byte(a, 0, 1)


def part(film, rs):
    """A window of a film too small to show a chest."""
    k = int(SIZE * rs.uniform(.22, .42))
    top, left = rs.randint(0, SIZE - k, 2)
    return sized(np.ascontiguousarray(film[top:top + k, left:left + k]))


def varied(picture, rs):
    """Small changes of place and grey, so that few sources do not become few points."""
    k = int(SIZE * rs.uniform(.85, 1))
    top, left = rs.randint(0, SIZE - k + 1, 2)
    a = np.asarray(Image.fromarray(np.ascontiguousarray(picture[top:top + k, left:left + k])).resize((SIZE, SIZE), Image.BILINEAR)) / 255.
    a = np.clip(a, 1e-4, 1) ** np.exp(rs.uniform(-.4, .4))
    return to_byte((a - .5) * rs.uniform(.7, 1.2) + .5 + rs.uniform(-.1, .1), 0, 1)
