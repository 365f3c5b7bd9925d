"""card.py FOLDER CALIBRATION.json VERSION : writes model.json and CARD.md beside FOLDER/model.onnx."""
import hashlib
import json
import os
import sys

from net import FINDINGS

USE = ("Second reading and triage of frontal chest radiographs of adults, by radiologists who see the film. "
       "Not for diagnosis without a reader, not for excluding a finding.")
LIMITS = [
    "Made on 2,105 films of one hospital, 1992-2015; labels were mined from reports and are about 90 % right by the NIH's own word.",
    "Frontal films only. Hardly any children. AP films of the intensive care unit carry most oedema and pneumonia labels: part of those probabilities is the setting, not the lung.",
    "Small nodules and masses are lost at 256 pixels. Findings that fell below an AUC of .65 on the patients left out or on the validation split are not assessed.",
    "Probabilities are calibrated to the share of findings in that collection, which is higher than in most practices.",
    "Heatmaps show where the evidence lies on a grid of 8 x 8 over the chest field, not the outline of a finding; there were no boxes to measure them against.",
    "Few positives were left out for hernia, emphysema, fibrosis and pneumothorax: their intervals are wide.",
]


def card(folder, report, version):
    weights = open(os.path.join(folder, "model.onnx"), "rb").read()
    return {
        "name": "chest-xray",
        "version": version,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "bytes": len(weights),
        "licence": "as QureHost itself; start weights MIT (Microsoft), training images without restrictions (NIH Clinical Center, attribution in source)",
        "source": "Trained by QureHost on NIH ChestX-ray14 (images provided by the NIH Clinical Center, no restrictions on use; Wang et al., CVPR 2017), "
                  "with soft targets from the published predictions of a DenseNet-121 (reproduce-chexnet, MIT). Start weights: ImageNet ResNet-18 of the NuGet "
                  "package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1 (MIT).",
        "intendedUse": USE,
        "limits": LIMITS,
        "inputs": {"image": "float32 [N, 1, 256, 256]: the film after modality and VOI LUT, bone white, 0 (black) to 1 (white), whole or cut to its chest "
                            "field (box of lungs and heart of chest-xray-anatomy and 6 % of it on each side), resized antialiased (triangle filter) without "
                            "keeping the aspect ratio. Standardised by its own mean and deviation inside the graph."},
        "outputs": {"logits": "[N, 14] in the order of parameters.findings; average them over the whole film, its chest field and the mirror images of both, then "
                              "p = sigmoid(a * logit + c * ratio + b), where ratio is the cardiothoracic ratio standardised by parameters.ratio, within -3..3",
                    "cam": "[N, 14, 8, 8] class-activation maps over the input; the mean of a map is its logit"},
        "parameters": report["parameters"],
        "measured": report["measured"],
        "calibration": "On the official validation split (164 images, 128 patients): slope and offset per finding, drawn towards common values. "
                       "Operating points: the probability that 90 % of the validation images without the finding stay below.",
        "cost": {"memoryBytes": 130_000_000, "secondsPerItem": 0.05},
    }


def table(report):
    left, val = report["measured"].get("leftOut"), report["measured"]["validation"]
    lines = ["| finding | positives | AUC, patients left out (95 %) | sensitivity | specificity | AUC, validation | shown |", "|---|---|---|---|---|---|---|"]
    shown = {f["label"]: f["shown"] for f in report["parameters"]["findings"]}
    for name in FINDINGS:
        o, v = left["findings"][name], val["findings"][name]
        lines.append(f"| {name.replace('_', ' ').lower()} | {o['positives']} of {o['n']} | {o['auc']:.3f} ({o['auc95'][0]:.2f}–{o['auc95'][1]:.2f}) | {o['sensitivity']:.2f} "
                     f"| {o['specificity']:.2f} | {v['auc']:.3f} ({v['positives']}) | {'yes' if shown[name] else 'no'} |")
    return "\n".join(lines)


def page(c, report):
    left, val, some = report["measured"]["leftOut"], report["measured"]["validation"], report["measured"]["anyFinding"]["leftOut"]
    return f"""# chest-xray {c['version']}
14 findings on a frontal chest radiograph, with class-activation maps. {c['intendedUse']}

## What it is
A grey ResNet-18 (stem, layers of 2, 2, 2, 2 blocks, batch norm folded) and one linear head on the means of layers 2, 3
and 4; {c['bytes'] / 1e6:.1f} MB with weights in half precision behind a Cast. {c['source']}

It reads the whole film, its chest field and the mirror images of both. The moving average of one training's weights
(`train/`), which did not see the patients left out. What ships is exactly
what was measured.

## Quality
By patient, on {left['images']} images of {left['patients']} patients that were left out of the training: mean AUC of 14 findings **{left['meanAuc']:.3f}**
(95 % {left['meanAuc95'][0]:.3f}–{left['meanAuc95'][1]:.3f}). On the official validation split ({val['images']} images, {val['patients']} patients), on which the calibration and the operating
points were chosen: {val['meanAuc']:.3f} ({val['meanAuc95'][0]:.3f}–{val['meanAuc95'][1]:.3f}).

{table(report)}

Cardiomegaly adds the cardiothoracic ratio of `chest-xray-anatomy` with equal weight; without it the AUC on patients left
out is {report['measured']['cardiomegalyWithoutRatio']:.3f}. Log loss on patients left out {left['logLoss']:.3f}; a constant share of each finding gives {report['measured']['constantLogLoss']['leftOut']:.3f}.
At the operating points {some['normalsFlagged']} of {some['normals']} films without a finding and {some['abnormalsFlagged']} of {some['abnormals']} with one get at least one finding shown.

## Calibration and operating points
{c['calibration']}

## Limits
""" + "\n".join(f"- {x}" for x in c["limits"]) + "\n"


def main(folder, calibration, version):
    report = json.load(open(calibration))
    c = card(folder, report, version)
    json.dump(c, open(os.path.join(folder, "model.json"), "w"), indent=1)
    open(os.path.join(folder, "model.json"), "a").write("\n")
    open(os.path.join(folder, "CARD.md"), "w").write(page(c, report))


if __name__ == "__main__":
    main(*sys.argv[1:])
