"""The chest X-ray network: grey ResNet-18 with fixed batch norm, one linear head on the means of layers 2, 3 and 4.

A linear head on means has its class-activation map for free: the same weights at every place of the map.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

FINDINGS = ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis", "Hernia",
            "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax"]
LAST_LAYER_BLOCKS = 2  # the third block of the start network bought no accuracy and costs 4.7 M weights
CHANNELS = 128 + 256 + 512 * LAST_LAYER_BLOCKS


class NormedConv(nn.Module):
    """A convolution and its batch norm with fixed statistics, run as one convolution."""

    def __init__(self, inputs, outputs, size, stride=1):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, size, size))
        self.scale, self.shift = nn.Parameter(torch.ones(outputs)), nn.Parameter(torch.zeros(outputs))
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("var", torch.ones(outputs))
        self.stride, self.padding = stride, size // 2

    def folded(self):
        factor = self.scale * torch.rsqrt(self.var + 1e-5)
        return self.weight * factor[:, None, None, None], self.shift - self.mean * factor

    def forward(self, x):
        weight, bias = self.folded()
        return F.conv2d(x, weight, bias, self.stride, self.padding)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.conv2 = NormedConv(inputs, outputs, 3, stride), NormedConv(outputs, outputs, 3)
        self.short = NormedConv(inputs, outputs, 1, stride) if stride != 1 or inputs != outputs else None

    def forward(self, x):
        shortcut = x if self.short is None else self.short(x)
        return F.relu(self.conv2(F.relu(self.conv1(x))) + shortcut)


class ChestNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = NormedConv(1, 64, 7, 2)
        self.layer1 = nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))
        self.layer2 = nn.Sequential(Block(64, 128, 2), Block(128, 128, 1))
        self.layer3 = nn.Sequential(Block(128, 256, 2), Block(256, 256, 1))
        self.layer4 = nn.Sequential(*[Block(256 if i == 0 else 512, 512, 2 if i == 0 else 1)
                                      for i in range(LAST_LAYER_BLOCKS)])
        self.head = nn.Linear(CHANNELS, len(FINDINGS))
        self.side = nn.Linear(CHANNELS, 4)  # no finding, AP view, male, age: side tasks of the training only
        self.teacher_scale = nn.Parameter(torch.ones(len(FINDINGS)))
        self.teacher_shift = nn.Parameter(torch.zeros(len(FINDINGS)))
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.normal_(self.side.weight, std=0.01)

    def start_from(self, state):
        missing, _ = self.load_state_dict(state, strict=False)
        missing = [k for k in missing if not k.startswith(("head", "side", "teacher"))]
        assert not missing, missing
        with torch.no_grad():
            self.head.weight[:, :384].mul_(0.3)

    @staticmethod
    def standardised(image):
        """Own mean and deviation, so that exposure and window matter little; 58 is the start network's grey deviation."""
        x = image - image.mean((2, 3), keepdim=True)
        return x / ((x * x).mean((2, 3), keepdim=True).sqrt() + 0.02) * 58.0

    def low(self, image):
        return self.layer1(F.max_pool2d(F.relu(self.conv1(self.standardised(image))), 3, 2, 1))

    def maps(self, x):
        """[N, CHANNELS, h/32, w/32]: every level averaged down to the grid of the last one."""
        levels = []
        x = self.layer2(x)
        levels.append(F.avg_pool2d(x, 4))
        x = self.layer3(x)
        levels.append(F.avg_pool2d(x, 2))
        for block in self.layer4:
            x = block(x)
            levels.append(x)
        return torch.cat(levels, 1)

    def forward(self, image):
        with torch.no_grad():  # stem and first layer keep their start weights
            low = self.low(image)
        means = F.dropout(self.maps(low).mean((2, 3)), 0.2, self.training)
        return self.head(means), self.side(means)
