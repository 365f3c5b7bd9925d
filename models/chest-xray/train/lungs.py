"""lungs.py DATA ANATOMY_TRAIN_FOLDER ANATOMY.pt OUT.npy

The chest field of every film, from the masks of `chest-xray-anatomy`: [N, 4] left, top, right, bottom in fractions of
the film. The network is trained and run on the whole film and on this part of it; the plugin does the same arithmetic.
"""
import importlib.util
import os
import sys

import numpy as np
import torch

MARGIN = .06  # of the field's width and height, on each side: pleura and costophrenic angles lie at the mask's edge
SMALLEST = .4  # a field that is narrower or lower than this is no pair of lungs: the whole film is taken
WHOLE = (0., 0., 1., 1.)


def anatomy(folder, weights):
    """The mask network and its arithmetic (net.py, heart.py of that folder)."""
    own, module = sys.modules.get("net"), {}
    for name in ("net", "heart"):
        spec = importlib.util.spec_from_file_location("anatomy_" + name, os.path.join(folder, name + ".py"))
        module[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module[name])
    if own is not None:
        sys.modules["net"] = own
    net = module["net"].AnatomyNet()
    net.load_state_dict(torch.load(weights))
    return net.eval(), module["heart"]


def masks(net, images):
    """[N, 2, 128, 128] probabilities of lung and heart, mirror image averaged in."""
    from evaluate import resized
    out = []
    with torch.no_grad():
        for i in range(0, len(images), 32):
            x = resized(images[i:i + 32], 128)
            out.append((torch.sigmoid(net(x)) + torch.sigmoid(net(x.flip(3))).flip(3)) / 2)
    return torch.cat(out).numpy()


def field(lung, heart, without_specks):
    """Left, top, right, bottom of lungs and heart with a margin, or the whole film."""
    inside = np.maximum(without_specks(lung), without_specks(heart)) >= .5
    columns, rows = np.where(inside.any(0))[0], np.where(inside.any(1))[0]
    if len(columns) == 0:
        return WHOLE
    n = len(inside)
    left, right, top, bottom = columns[0] / n, (columns[-1] + 1) / n, rows[0] / n, (rows[-1] + 1) / n
    if right - left < SMALLEST or bottom - top < SMALLEST:
        return WHOLE
    x, y = (right - left) * MARGIN, (bottom - top) * MARGIN
    return max(0., left - x), max(0., top - y), min(1., right + x), min(1., bottom + y)


def outlined(folder, weights, images):
    """Chest fields [N, 4] and cardiothoracic ratios [N] (NaN where there is none)."""
    net, heart = anatomy(folder, weights)
    found = masks(net, images)
    fields = np.array([field(lung, h, heart.without_specks) for lung, h in found], np.float32)
    return fields, np.array([heart.ratio(lung, h) or np.nan for lung, h in found])


def main(data_folder, folder, weights, out):
    from data import ChestData
    fields, _ = outlined(folder, weights, ChestData(data_folder).images)
    np.save(out, fields)
    print(f"{len(fields)} films, whole film taken for {(fields == WHOLE).all(1).sum()}; sizes "
          f"{np.percentile(fields[:, 2] - fields[:, 0], [5, 50, 95]).round(2)} x {np.percentile(fields[:, 3] - fields[:, 1], [5, 50, 95]).round(2)}")


if __name__ == "__main__":
    main(*sys.argv[1:5])
