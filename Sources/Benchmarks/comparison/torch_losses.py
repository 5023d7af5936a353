"""The losses in PyTorch, by their names in the benchmark."""

from functools import partial

from torch import logsumexp, sigmoid
from torch.nn import functional as F


def cosine_distance(a, b):
    return 1 - F.cosine_similarity(a, b)


LOSSES = {
    "l1": F.l1_loss,
    "mse": F.mse_loss,
    "smooth_l1": F.smooth_l1_loss,
    "huber": F.huber_loss,
    "bce": F.binary_cross_entropy,
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "soft_margin": F.soft_margin_loss,
    "poisson_nll": F.poisson_nll_loss,
    "kl_div": partial(F.kl_div, reduction="sum"),
    "hinge_embedding": F.hinge_embedding_loss,
    "gaussian_nll": F.gaussian_nll_loss,
    "margin_ranking": partial(F.margin_ranking_loss, margin=0.1),
    "cross_entropy": F.cross_entropy,
    "cross_entropy_smoothing": partial(F.cross_entropy, label_smoothing=0.1),
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
    "ctc": F.ctc_loss,
}
