"""Cardiothoracic ratio and lung-field geometry from the two masks, all in fractions of the image.

The plugin does the same arithmetic in C#; its tests hold it against numbers from this file.
"""
import numpy as np
from scipy import ndimage


def without_specks(mask):
    """Drops parts smaller than a tenth of the largest (4-connected), such as a corner taken for lung."""
    labels, count = ndimage.label(mask >= .5)
    if count < 2:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    small = sizes < .1 * sizes.max()
    small[0] = False
    return np.where(small[labels], 0, mask)


def width(mask):
    """Leftmost and rightmost place (fractions of the width) where probability crosses one half.

    A column counts when a sixteenth of its pixels do, so that a spur at the edge is no border.
    """
    deep = mask.shape[0] // 16
    depth = np.sort(mask, 0)[-deep]
    columns = np.where(depth >= .5)[0]
    if len(columns) == 0:
        return None
    n = mask.shape[1]

    def crossing(inside, outside):
        if not 0 <= outside < n:
            return inside + (.5 if outside > inside else -.5)
        a, b = depth[inside], depth[outside]
        return inside + (outside - inside) * float((a - .5) / max(a - b, 1e-6))

    left = crossing(columns[0], columns[0] - 1)
    right = crossing(columns[-1], columns[-1] + 1)
    return (left + .5) / n, (right + .5) / n


def ratio(lung, heart):
    """Cardiothoracic ratio: widest heart over widest thorax (lungs or heart, whichever reaches further)."""
    lung, heart = without_specks(lung), without_specks(heart)
    h, t = width(heart), width(np.maximum(lung, heart))
    if h is None or t is None or t[1] - t[0] <= 0:
        return None
    return (h[1] - h[0]) / (t[1] - t[0])


def fields(lung):
    """Areas of the two lung fields as fractions of the image, image-left first, and where they lie.

    Fields are split at the emptiest column between the outer thirds of the mask.
    """
    m = without_specks(lung) >= .5
    area = m.mean()
    counts = m.sum(0)
    used = np.where(counts >= 2)[0]
    if len(used) < 8:
        return dict(area=float(area), left=0., right=0., split=.5, depth=1., width=0., height=0.)
    lo, hi = used[0], used[-1] + 1
    a, b = lo + (hi - lo) // 3, hi - (hi - lo) // 3
    cut = a + int(np.argmin(counts[a:b]))
    rows = np.where(m.sum(1) >= 2)[0]
    return dict(area=float(area), left=float(m[:, :cut].mean() * cut / m.shape[1]),
                right=float(m[:, cut:].mean() * (m.shape[1] - cut) / m.shape[1]), split=(cut + .5) / m.shape[1],
                depth=float(counts[cut] / max(1, np.percentile(counts[used], 90))),
                width=float((hi - lo) / m.shape[1]), height=float((rows[-1] + 1 - rows[0]) / m.shape[0]) if len(rows) else 0.)
