"""export.py NET.pt OUT.onnx

The network as ONNX: batch norm folded, large weights kept as half precision behind a Cast. Outputs:
logits [N,14]; cam [N,14,8,8], whose mean over the map is the logit.
"""
import sys

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import helper, numpy_helper

from net import ChestNet, NormedConv

SIZE = 256


class Folded(nn.Module):
    def __init__(self, conv):
        super().__init__()
        weight, bias = conv.folded()
        self.weight, self.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
        self.stride, self.padding = conv.stride, conv.padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)


def fold(module):
    for name, child in module.named_children():
        if isinstance(child, NormedConv):
            setattr(module, name, Folded(child))
        else:
            fold(child)


class Shipped(nn.Module):
    def __init__(self, net):
        super().__init__()
        fold(net)
        self.net = net

    def forward(self, image):
        maps = self.net.maps(self.net.low(image))
        means = maps.mean((2, 3))
        cam = F.conv2d(maps, self.net.head.weight[:, :, None, None], self.net.head.bias)
        return self.net.head(means), cam


def halved(path):
    model = onnx.load(path)
    graph = model.graph
    kept, casts = [], []
    for t in graph.initializer:
        a = numpy_helper.to_array(t)
        if a.dtype == np.float32 and a.ndim == 4 and a.size >= 4096 and "head" not in t.name:
            kept.append(numpy_helper.from_array(a.astype(np.float16), t.name + "_half"))
            casts.append(helper.make_node("Cast", [t.name + "_half"], [t.name], to=onnx.TensorProto.FLOAT, name="cast_" + t.name))
        else:
            kept.append(t)
    nodes = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(casts + nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main(net_path, out):
    net = ChestNet()
    net.load_state_dict(torch.load(net_path))
    net.eval()
    image = torch.rand(2, 1, SIZE, SIZE)
    with torch.no_grad():
        plain = net(image)[0]
        shipped = Shipped(net).eval()
        logits, cam = shipped(image)
    assert (plain - logits).abs().max() < 1e-3 and (cam.mean((2, 3)) - logits).abs().max() < 1e-3
    names = ["logits", "cam"]
    torch.onnx.export(shipped, image, out, input_names=["image"], output_names=names, opset_version=15,
                      dynamic_axes={k: {0: "N"} for k in ["image"] + names}, do_constant_folding=True)
    halved(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
