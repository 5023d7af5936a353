"""Makes the reference cases that the library is held to, from a pinned PyTorch.

    python make_cases.py [--output DIR] [--seed N] [--only NAME …]

writes one `<loss>.json` per loss into DIR (default: `Cases`, beside this script), and one file more for each type of 16
bits. The same seed gives the same bytes; another seed gives other numbers and other shapes, and the test suite can be
pointed at that folder instead.

PyTorch must be the pinned version. In a virtual environment outside the repository:

    pip install torch==2.13.0+cpu numpy expecttest

(`expecttest` is wanted by the module that holds PyTorch's operator samples).

How a case comes about: its arguments are drawn in the dtype and the memory layout that it is about, then copied to
contiguous float64, and there PyTorch computes the value and, for a random upstream, the gradients. So what is expected
never depends on layout, and a float32 case expects the float64 evaluation of the same numbers.

The losses that PyTorch does not have are formulas of `case_maker/formulas.py`, which it differentiates.

To add a loss, write a function that fills a `Cases` in a module of `case_maker`, and give it a line in `LOSSES`.
"""

import argparse
import sys
import warnings
from pathlib import Path

import torch

sys.dont_write_bytecode = True  # the modules lie among the sources of a Swift package

from case_maker import adaptive, additions, binary, boxes, class_margins, classes, contrastive, distribution, elementwise, linear
from case_maker import lovasz, ranking, regions, sequence, transducer
from case_maker.machinery import HALVES, TORCH, Cases, operator_samples, short

# For each loss, what fills its cases, and the arguments with a gradient.
BOTH = ("input", "target")
LOSSES = {
    "l1_loss": (elementwise.regression, BOTH),
    "mse_loss": (elementwise.regression, BOTH),
    "smooth_l1_loss": (elementwise.regression, BOTH),
    "huber_loss": (elementwise.regression, BOTH),
    "poisson_nll_loss": (distribution.poisson, BOTH),
    "gaussian_nll_loss": (distribution.gaussian, ("input", "target", "var")),
    "kl_div": (distribution.kl_div, BOTH),
    "binary_cross_entropy": (binary.binary_cross_entropy, BOTH),
    "binary_cross_entropy_with_logits": (binary.binary_cross_entropy_with_logits, BOTH),
    "soft_margin_loss": (binary.soft_margin, ("input",)),
    "multilabel_soft_margin_loss": (binary.multilabel_soft_margin, (*BOTH, "weight")),
    "nll_loss": (classes.nll_loss, ("input",)),
    "cross_entropy": (classes.cross_entropy, BOTH),
    "linear_cross_entropy": (linear.linear_cross_entropy, linear.DIFFERENTIATED),
    "adaptive_log_softmax_with_loss": (adaptive.adaptive_log_softmax, adaptive.DIFFERENTIATED),
    "multi_margin_loss": (class_margins.multi_margin, ("input",)),
    "multilabel_margin_loss": (class_margins.multilabel_margin, ("input",)),
    "log_softmax": (classes.along_an_axis, ("input",)),
    "softmax": (classes.along_an_axis, ("input",)),
    "logsigmoid": (binary.logsigmoid, ("input",)),
    "margin_ranking_loss": (ranking.margin_ranking, ("input1", "input2", "target")),
    "hinge_embedding_loss": (ranking.hinge_embedding, ("input",)),
    "cosine_embedding_loss": (ranking.cosine_embedding, ("input1", "input2")),
    "triplet_margin_loss": (ranking.triplet_margin, ranking.TRIPLET),
    "triplet_margin_with_distance_loss": (ranking.triplet_margin_with_distance, ranking.TRIPLET),
    "ctc_loss": (sequence.ctc, ("log_probs",)),
    "quantile_loss": (additions.quantile, BOTH),
    "log_cosh_loss": (additions.log_cosh, BOTH),
    "charbonnier_loss": (additions.charbonnier, BOTH),
    "hinge_loss": (additions.hinges, BOTH),
    "squared_hinge_loss": (additions.hinges, BOTH),
    "tweedie_nll_loss": (additions.tweedie, BOTH),
    "sigmoid_focal_loss": (additions.sigmoid_focal, BOTH),
    "asymmetric_loss": (additions.asymmetric, BOTH),
    "focal_loss": (additions.focal, ("input",)),
    "generalized_cross_entropy": (additions.generalized_cross_entropy, ("input",)),
    "poly1_cross_entropy": (additions.poly1, ("input",)),
    "generalized_box_iou_loss": (boxes.boxes, BOTH),
    "distance_box_iou_loss": (boxes.boxes, BOTH),
    "complete_box_iou_loss": (boxes.boxes, BOTH),
    "dice_loss": (regions.regions, ("input",)),
    "jaccard_loss": (regions.regions, ("input",)),
    "tversky_loss": (regions.regions, ("input",)),
    "generalized_dice_loss": (regions.regions, ("input",)),
    "lovasz_hinge_loss": (lovasz.lovasz, ("input",)),
    "lovasz_softmax_loss": (lovasz.lovasz, ("input",)),
    "negative_binomial_nll_loss": (additions.negative_binomial, ("input", "dispersion", "target")),
    "rnnt_loss": (transducer.rnnt, ("logits",)),
    "arcface_loss": (contrastive.embeddings, ("input", "class_weights")),
    "cosface_loss": (contrastive.embeddings, ("input", "class_weights")),
    "info_nce_loss": (contrastive.info_nce, ("query", "positive", "negatives", "temperature")),
    "nt_xent_loss": (contrastive.nt_xent, ("input1", "input2")),
    "sup_con_loss": (contrastive.sup_con, ("input",)),
    "siglip_loss": (contrastive.siglip, ("input1", "input2", "scale", "bias")),
}


def main():
    parser = argparse.ArgumentParser(description="Makes the reference cases from PyTorch.")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "Cases", metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=LOSSES, default=list(LOSSES), metavar="NAME")
    options = parser.parse_args()
    if torch.__version__ != TORCH:
        sys.exit(f"The cases come from torch {TORCH}, but this is {torch.__version__}. See the top of this file.")
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # PyTorch warns about shapes before it refuses them
    options.output.mkdir(parents=True, exist_ok=True)
    for loss in options.only:
        fill, differentiated = LOSSES[loss]
        cases = Cases(loss, options.seed, differentiated)
        fill(cases)
        operator_samples(cases)
        cases.write(options.output)
        for dtype in HALVES:
            cases.rounded(dtype).write(options.output, f".{short(dtype)}")
        dropped = f", badly conditioned and left out: {', '.join(cases.dropped)}" if cases.dropped else ""
        print(f"{loss}: {len(cases.cases)} cases{dropped}")


if __name__ == "__main__":
    main()
