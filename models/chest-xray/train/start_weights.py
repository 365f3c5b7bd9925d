"""start_weights.py RESNET18_ONNX PREPROCESS_ONNX OUT.pt

Turns the ImageNet ResNet-18 of the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT) into the start
weights of the chest X-ray network: same blocks (2-2-2-3, one more in the last layer than usual), one grey channel.
"""
import sys

import onnx
import torch
from onnx import numpy_helper


def initializers(path):
    graph = onnx.load(path).graph
    return graph, {t.name: numpy_helper.to_array(t) for t in graph.initializer}


def layer_names():
    """The order in which the CNTK export lists its convolutions: a shortcut comes before its block."""
    names = ["conv1"]
    for layer, blocks in zip(range(1, 5), (2, 2, 2, 3)):
        for block in range(blocks):
            at = f"layer{layer}.{block}"
            if block == 0 and layer > 1:
                names.append(f"{at}.short")
            names += [f"{at}.conv1", f"{at}.conv2"]
    return names


def main(resnet, preprocess, out):
    _, prep = initializers(preprocess)
    colour_mean = prep["MeanImage"][0].mean((1, 2))
    graph, weights = initializers(resnet)
    convolutions = [n for n in graph.node if n.op_type == "Conv"]
    norms = [n for n in graph.node if n.op_type == "BatchNormalization"]
    names = layer_names()
    assert len(names) == len(convolutions) == len(norms), "not the ResNet-18 of that package"
    state = {}
    for name, convolution, norm in zip(names, convolutions, norms):
        assert norm.input[0] == convolution.output[0]
        state[f"{name}.weight"] = torch.tensor(weights[convolution.input[1]].copy())
        for key, tensor in zip(("scale", "shift", "mean", "var"), norm.input[1:]):
            state[f"{name}.{key}"] = torch.tensor(weights[tensor].copy())
    # One grey channel stands for three equal ones: sum the kernels, move the colour means into the norm.
    kernel = state["conv1.weight"]
    grey = float(colour_mean.mean())
    moved = sum((grey - float(colour_mean[c])) * kernel[:, c].sum((1, 2)) for c in range(3))
    state["conv1.weight"] = kernel.sum(1, keepdim=True)
    state["conv1.mean"] = state["conv1.mean"] - moved
    torch.save(state, out)
    print(f"{len(names)} convolutions -> {out}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
