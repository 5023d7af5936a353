"""The losses in PyTorch, by their names in the benchmark: those it lacks by formula, or from other packages."""

import math
from functools import partial

import torch
from torch import logsumexp, sigmoid
from torch.nn import LinearCrossEntropyOptions
from torch.nn import functional as F

from .package_losses import LOSSES as PACKAGE_LOSSES
from .rows import ADAPTIVE_CUTOFFS


def cosine_distance(a, b):
    return 1 - F.cosine_similarity(a, b)


def bce_with_logits_weighted(x, t, weight, positive_weight):
    return F.binary_cross_entropy_with_logits(x, t, weight, pos_weight=positive_weight)


def quantile(x, t):
    d = t - x
    return torch.maximum(0.9 * d, -0.1 * d).mean()


def log_cosh(x, t):
    d = x - t
    return (d + F.softplus(-2 * d) - math.log(2)).mean()


def adaptive_log_softmax(x, head, *others):
    *tails, labels = others
    scores = F.log_softmax(F.linear(x, head), dim=1)
    shortlist = ADAPTIVE_CUTOFFS[0]
    result = scores.gather(1, labels.clamp(max=shortlist - 1)[:, None])[:, 0]
    for index, low in enumerate(ADAPTIVE_CUTOFFS):
        projection, weight = tails[2 * index : 2 * index + 2]
        rows = torch.nonzero((labels >= low) & (labels < low + len(weight)))[:, 0]
        tail = F.log_softmax(F.linear(F.linear(x[rows], projection), weight), dim=1)
        of_label = tail.gather(1, (labels[rows] - low)[:, None])[:, 0]
        result = result.index_copy(0, rows, scores[rows, shortlist + index] + of_label)
    return -result.mean()


LOSSES = {
    "l1": F.l1_loss,
    "mse": F.mse_loss,
    "mse_unreduced": partial(F.mse_loss, reduction="none"),
    "smooth_l1": F.smooth_l1_loss,
    "huber": F.huber_loss,
    "bce": F.binary_cross_entropy,
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "bce_with_logits_weighted": bce_with_logits_weighted,
    "soft_margin": F.soft_margin_loss,
    "poisson_nll": F.poisson_nll_loss,
    "kl_div": partial(F.kl_div, reduction="sum"),
    "hinge_embedding": F.hinge_embedding_loss,
    "gaussian_nll": F.gaussian_nll_loss,
    "margin_ranking": partial(F.margin_ranking_loss, margin=0.1),
    "quantile": quantile,
    "log_cosh": log_cosh,
    "cross_entropy": F.cross_entropy,
    "cross_entropy_smoothing": partial(F.cross_entropy, label_smoothing=0.1),
    "cross_entropy_weighted": F.cross_entropy,
    "cross_entropy_unreduced": partial(F.cross_entropy, reduction="none"),
    "cross_entropy_probabilities": F.cross_entropy,
    "nll": F.nll_loss,
    "multilabel_soft_margin": F.multilabel_soft_margin_loss,
    "multi_margin": F.multi_margin_loss,
    "multilabel_margin": F.multilabel_margin_loss,
    "sigmoid": sigmoid,
    "logsigmoid": F.logsigmoid,
    "softmax": partial(F.softmax, dim=1),
    "log_softmax": partial(F.log_softmax, dim=1),
    "logsumexp": partial(logsumexp, dim=1),
    "cosine_embedding": F.cosine_embedding_loss,
    "triplet_margin": F.triplet_margin_loss,
    "triplet_margin_with_distance": partial(
        F.triplet_margin_with_distance_loss, distance_function=cosine_distance),
    "pairwise_distance": F.pairwise_distance,
    "cosine_similarity": F.cosine_similarity,
    "linear_cross_entropy": F.linear_cross_entropy,
    "adaptive_log_softmax": adaptive_log_softmax,
    "ctc": F.ctc_loss,
} | PACKAGE_LOSSES

# A way of its own that PyTorch has for a loss, to save memory. More rows at a time take no less time.
CHUNKED_LOSSES = {
    "linear_cross_entropy": partial(
        F.linear_cross_entropy, options=LinearCrossEntropyOptions(batch_chunk_size=512)),
}
