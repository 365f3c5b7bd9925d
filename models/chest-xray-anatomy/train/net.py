"""A small U-Net from random initialisation: lung fields and heart (with the vessels above it) at 128 x 128.

It works on 64 x 64 cells of 2 x 2 pixels, so that a training on one CPU core takes minutes.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


def double(inputs, outputs):
    layers = []
    for i in (inputs, outputs):
        layers += [nn.Conv2d(i, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class AnatomyNet(nn.Module):
    def __init__(self, widths=(16, 32, 64, 96)):
        super().__init__()
        self.down = nn.ModuleList([double(i, o) for i, o in zip((4,) + widths[:-1], widths)])
        self.up = nn.ModuleList([double(w + deep, w) for w, deep in zip(widths[-2::-1], widths[:0:-1])])
        self.out = nn.Conv2d(widths[0], 8, 1)

    def deep(self, image):
        """What every resolution made of the image, finest first; the last is [N, 96, 8, 8]."""
        x = image - image.mean((2, 3), keepdim=True)
        x = x / ((x * x).mean((2, 3), keepdim=True).sqrt() + 0.02)
        x = F.pixel_unshuffle(x, 2)
        kept = []
        for i, block in enumerate(self.down):
            x = block(x if i == 0 else F.max_pool2d(x, 2))
            kept.append(x)
        return kept

    def masks(self, kept):
        """Logits [N, 2, 128, 128]."""
        x = kept[-1]
        for block, skip in zip(self.up, kept[-2::-1]):
            x = block(torch.cat([F.interpolate(x, scale_factor=2.0, mode="nearest"), skip], 1))
        return F.pixel_shuffle(self.out(x), 2)

    def forward(self, image):
        """image [N, 1, 128, 128] in 0..1, bone white -> logits [N, 2, 128, 128]."""
        return self.masks(self.deep(image))

    def signature(self, kept, masks):
        """What the quality gate looks at: the deepest features on 4 x 4 places, and the two masks on 8 x 8."""
        return torch.cat([F.avg_pool2d(kept[-1], 2).flatten(1), F.avg_pool2d(torch.sigmoid(masks), 16).flatten(1)], 1)
