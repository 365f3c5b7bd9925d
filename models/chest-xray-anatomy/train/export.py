"""export.py NET.pt GATE.npz OUT.onnx

image [N,1,128,128] -> masks [N,2,128,128], probabilities of lung field and heart; gate [N,5], probabilities.
"""
import sys

import numpy as np
import onnx
import torch
import torch.nn as nn

from net import AnatomyNet


class Shipped(nn.Module):
    def __init__(self, net, weight, bias):
        super().__init__()
        self.net = net
        self.gate = nn.Linear(weight.shape[1], weight.shape[0])
        self.gate.weight.data, self.gate.bias.data = torch.tensor(weight), torch.tensor(bias)

    def forward(self, image):
        kept = self.net.deep(image)
        z = self.net.masks(kept)
        return torch.sigmoid(z), torch.softmax(self.gate(self.net.signature(kept, z)), 1)


def main(net_path, gate_path, out):
    net = AnatomyNet()
    net.load_state_dict(torch.load(net_path))
    gate = np.load(gate_path)
    names = ["masks", "gate"]
    torch.onnx.export(Shipped(net, gate["weight"], gate["bias"]).eval(), torch.rand(2, 1, 128, 128), out, input_names=["image"],
                      output_names=names, opset_version=15, dynamic_axes={k: {0: "N"} for k in ["image"] + names}, do_constant_folding=True)
    onnx.checker.check_model(onnx.load(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
