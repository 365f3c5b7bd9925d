"""card.py FOLDER MEASURED.json GATE.npz VERSION : writes model.json and CARD.md beside FOLDER/model.onnx."""
import hashlib
import json
import os
import sys

import numpy as np

CLASSES = ["frontal", "inverted", "turned", "lateral", "other"]
GATE = {"classes": CLASSES, "accept": 0.8, "doubt": 0.5, "certain": 0.98}
LUNGS = {"smallestArea": 0.12, "largestArea": 0.58, "smallestField": 0.045, "deepestSplit": 0.35, "smallestWidth": 0.45, "smallestHeight": 0.35}
PREPROCESSING = ("The whole film after modality and VOI LUT, bone white, 0 (black) to 1 (white), resized antialiased (triangle filter) to 128 x 128 "
                 "without keeping the aspect ratio. Standardised by its own mean and deviation inside the graph.")


def port(shape, unit, words):
    """A port in the words of the card's schema."""
    return {"type": "float32", "shape": shape, "unit": unit, "description": words}


def verdicts(gate):
    """What the gate does with the pictures that it was not trained on."""
    p, truth = gate["p"][:, 0], gate["truth"]
    plausible = ((gate["area"] >= LUNGS["smallestArea"]) & (gate["area"] <= LUNGS["largestArea"])
                 & (np.minimum(gate["left"], gate["right"]) >= LUNGS["smallestField"]) & (gate["depth"] <= LUNGS["deepestSplit"])
                 & (gate["width"] >= LUNGS["smallestWidth"]) & (gate["height"] >= LUNGS["smallestHeight"]))
    ok = (p >= GATE["accept"]) & plausible
    qualified = ~ok & ((p >= GATE["certain"]) | ((p >= GATE["doubt"]) & plausible))
    return {name: {"n": int((truth == c).sum()), "ok": int((ok & (truth == c)).sum()), "qualified": int((qualified & (truth == c)).sum()),
                   "refused": int((~ok & ~qualified & (truth == c)).sum())} for c, name in enumerate(CLASSES)}


def main(folder, measured, gate, version):
    weights = open(os.path.join(folder, "model.onnx"), "rb").read()
    measured = json.load(open(measured))
    measured["gateOnPicturesLeftOut"] = verdicts(np.load(gate))
    c = {
        "name": "chest-xray-anatomy",
        "version": version,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "bytes": len(weights),
        "licence": "as QureHost itself; training masks CC BY 4.0, attribution in source",
        "source": "Trained by QureHost from random initialisation. Masks: 571 paediatric chest X-rays of Kermany et al. with lung masks by V7 Labs (both CC BY 4.0) and "
                  "98 films with lung and heart masks of GeneralBlockchain/covid-19-chest-xray-segmentations-dataset (CC BY 4.0; per-image sources). The gate head also "
                  "saw NIH ChestX-ray14 films (NIH Clinical Center, no restrictions), slices and projections of a LIDC-IDRI CT (CC BY 3.0) and of a head CT "
                  "(BSD-2-Clause), and pictures out of public DICOM test files.",
        "intendedUse": "Outlines lung fields and heart on frontal chest radiographs for the cardiothoracic ratio, and tells whether a picture is an upright frontal chest film.",
        "limits": ["Hearts were marked on 98 films only; the ratio of a single film may be off by .05 and more where the heart's border is hidden.",
                   "Lung fields include what lies behind the heart on the paediatric films.",
                   "No real lateral film was to be had: the lateral class was learned from projections of CT, so a lateral film without View Position may be called 'other' or pass with a reservation."],
        "preprocessing": PREPROCESSING,
        "inputs": {"image": port(["N", 1, 128, 128], "1", "0 is black, 1 is white")},
        "outputs": {"masks": port(["N", 2, 128, 128], "probability", "of lung field and of heart with the vessels above it; half or more is inside"),
                    "gate": port(["N", 5], "probability", "of " + ", ".join(CLASSES))},
        "parameters": {"gate": GATE, "lungs": LUNGS},
        "measured": measured,
        "cost": {"memoryBytes": 40_000_000, "secondsPerItem": 0.01},
    }
    json.dump(c, open(os.path.join(folder, "model.json"), "w"), indent=1)
    open(os.path.join(folder, "model.json"), "a").write("\n")
    d, r, n = measured["diceOnPatientsLeftOut"], measured["cardiomegalyByRatio"], measured["ratioOfNormalPaFilms"]
    rows = "\n".join(f"| {k} | {v['n']} | {v['ok']} | {v['qualified']} | {v['refused']} |" for k, v in measured["gateOnPicturesLeftOut"].items())
    open(os.path.join(folder, "CARD.md"), "w").write(f"""# chest-xray-anatomy {version}
{c['intendedUse']} A U-Net of 387 thousand weights, {c['bytes'] / 1e6:.1f} MB. {c['source']}

## Quality
Dice on patients left out, at 192 pixels: lungs of children {d['children']['dice']:.3f} ({d['children']['n']}), lungs of adults {d['adults']['dice']:.3f} ({d['adults']['n']}), heart {d['heart']['dice']:.3f} ({d['heart']['n']}).

Cardiothoracic ratio as a sign of cardiomegaly on NIH films, none of which it had seen with a mask: AUC {r['all']['auc']:.3f} ({r['all']['auc95'][0]:.2f}–{r['all']['auc95'][1]:.2f}; {r['all']['positives']} of {r['all']['n']}),
PA {r['pa']['auc']:.3f} ({r['pa']['auc95'][0]:.2f}–{r['pa']['auc95'][1]:.2f}), AP {r['ap']['auc']:.3f} ({r['ap']['auc95'][0]:.2f}–{r['ap']['auc95'][1]:.2f}). {n['n']} PA films without a finding: median {n['values'][1]:.2f}, 5th and 95th percentile {n['values'][0]:.2f} and {n['values'][2]:.2f}.

The quality gate (gate output and lung-field limits together) on pictures that it was not trained on:

| truth | pictures | ok | qualified | refused |
|---|---|---|---|---|
{rows}

The lateral views among them are projections of one CT of a phantom.

## Limits
""" + "\n".join(f"- {x}" for x in c["limits"]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
