"""export.py NET.pt OUT.onnx : image [N,1,128,128] -> masks [N,2,128,128], probabilities of lung field and heart."""
import sys

import onnx
import torch
import torch.nn as nn

from net import AnatomyNet


class Shipped(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        return torch.sigmoid(self.net(image))


def main(net_path, out):
    net = AnatomyNet()
    net.load_state_dict(torch.load(net_path))
    torch.onnx.export(Shipped(net).eval(), torch.rand(1, 1, 128, 128), out, input_names=["image"], output_names=["masks"],
                      opset_version=15, dynamic_axes={"image": {0: "N"}, "masks": {0: "N"}}, do_constant_folding=True)
    onnx.checker.check_model(onnx.load(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
