"""The losses in JAX, by their names in the benchmark: optax's where it has one.

`multilabel_margin` and `adaptive_log_softmax` are left out: optax has no such loss, and JAX does not suit lists of
variable length. Nor are there the losses of regions and boxes and the transducer.
"""

from functools import partial

import jax
import jax.numpy as jnp
import optax


def mean(loss):
    return lambda *arguments: jnp.mean(loss(*arguments))


def bce(x, t):
    return -(t * jnp.log(x) + (1 - t) * jnp.log1p(-x))


def bce_with_logits_weighted(x, t, weight, positive_weight):
    return weight * (positive_weight * t * jax.nn.softplus(-x) + (1 - t) * jax.nn.softplus(x))


def gaussian_nll(x, t, variance):
    v = jnp.maximum(variance, 1e-6)
    return 0.5 * (jnp.log(v) + (x - t) ** 2 / v)


def cross_entropy(x, labels):
    return optax.softmax_cross_entropy_with_integer_labels(x, labels, axis=1)


def cross_entropy_smoothing(x, labels):
    # Those of optax have the classes last.
    smooth_labels = 0.9 * jax.nn.one_hot(labels, x.shape[1], dtype=x.dtype, axis=1) + 0.1 / x.shape[1]
    return optax.softmax_cross_entropy(x, smooth_labels, axis=1)


def cross_entropy_weighted(x, labels, weight):
    labels_or_0 = jnp.maximum(labels, 0)
    weights = jnp.where(labels >= 0, weight[labels_or_0], 0)
    return jnp.sum(weights * cross_entropy(x, labels_or_0)) / jnp.sum(weights)


def of_label(x, labels):
    return jnp.take_along_axis(x, jnp.expand_dims(labels, 1), axis=1)


def multi_margin(x, labels):
    others = jnp.arange(x.shape[1]) != labels[:, None]
    return jnp.sum(jnp.maximum(0, 1 - of_label(x, labels) + x) * others, axis=1) / x.shape[1]


def cosine_embedding(a, b, signs):
    cosine = optax.cosine_similarity(a, b, epsilon=1e-6)
    return jnp.where(signs > 0, 1 - cosine, jnp.maximum(0, cosine))


def triplet_margin_with_distance(a, p, n):
    return jnp.maximum(0, 1 + optax.cosine_distance(a, p, epsilon=1e-8) - optax.cosine_distance(a, n, epsilon=1e-8))


def unit(x):
    return x / jnp.linalg.norm(x, axis=1, keepdims=True)


def without_itself(similarities):
    return jnp.where(jnp.eye(len(similarities), dtype=bool), -jnp.inf, similarities)


def info_nce(queries, positives):
    return optax.softmax_cross_entropy_with_integer_labels(
        unit(queries) @ unit(positives).T / 0.1, jnp.arange(len(queries)))


def nt_xent(a, b):
    vectors = unit(jnp.concatenate([a, b]))
    partners = jnp.roll(jnp.arange(len(vectors)), len(a))
    return optax.softmax_cross_entropy_with_integer_labels(without_itself(vectors @ vectors.T / 0.5), partners)


def sup_con(x, labels):
    vectors = unit(x)
    log_probabilities = jax.nn.log_softmax(without_itself(vectors @ vectors.T / 0.1), axis=1)
    positives = (labels[:, None] == labels) & ~jnp.eye(len(x), dtype=bool)
    sums = jnp.sum(jnp.where(positives, log_probabilities, 0), axis=1)
    return -sums / jnp.maximum(jnp.sum(positives, axis=1), 1)


def ctc(log_probabilities, labels, frames, lengths):
    def padding(width, lengths):
        return (jnp.arange(width) >= lengths[:, None]).astype(jnp.float32)

    losses = optax.ctc_loss(
        jnp.swapaxes(log_probabilities, 0, 1), padding(log_probabilities.shape[0], frames),
        labels, padding(labels.shape[1], lengths))
    return jnp.mean(losses / jnp.maximum(lengths, 1))


LOSSES = {
    "l1": mean(lambda x, t: jnp.abs(x - t)),
    "mse": mean(optax.squared_error),
    "mse_unreduced": optax.squared_error,
    "smooth_l1": mean(optax.huber_loss),
    "huber": mean(optax.huber_loss),
    "bce": mean(bce),
    "bce_with_logits": mean(optax.sigmoid_binary_cross_entropy),
    "bce_with_logits_weighted": mean(bce_with_logits_weighted),
    "soft_margin": mean(lambda x, y: jax.nn.softplus(-y * x)),
    "poisson_nll": mean(lambda x, t: jnp.exp(x) - t * x),
    "kl_div": optax.kl_divergence,
    "hinge_embedding": mean(lambda x, y: jnp.where(y > 0, x, jnp.maximum(0, 1 - x))),
    "gaussian_nll": mean(gaussian_nll),
    "margin_ranking": mean(lambda x1, x2, y: jnp.maximum(0, -y * (x1 - x2) + 0.1)),
    "sigmoid_focal": mean(partial(optax.sigmoid_focal_loss, alpha=0.25, gamma=2)),
    "quantile": mean(lambda x, t: jnp.maximum(0.9 * (t - x), 0.1 * (x - t))),
    "log_cosh": mean(optax.log_cosh),
    "cross_entropy": mean(cross_entropy),
    "cross_entropy_smoothing": mean(cross_entropy_smoothing),
    "cross_entropy_weighted": cross_entropy_weighted,
    "cross_entropy_unreduced": cross_entropy,
    "cross_entropy_probabilities": mean(partial(optax.softmax_cross_entropy, axis=1)),
    "nll": mean(lambda x, labels: -of_label(x, labels)),
    "multilabel_soft_margin": mean(optax.sigmoid_binary_cross_entropy),
    "multi_margin": mean(multi_margin),
    "linear_cross_entropy": mean(lambda x, weight, labels: cross_entropy(x @ weight.T, labels)),
    "info_nce": mean(info_nce),
    "nt_xent": mean(nt_xent),
    "sup_con": mean(sup_con),
    "sigmoid": jax.nn.sigmoid,
    "logsigmoid": jax.nn.log_sigmoid,
    "softmax": lambda x: jax.nn.softmax(x, axis=1),
    "log_softmax": lambda x: jax.nn.log_softmax(x, axis=1),
    "logsumexp": lambda x: jax.nn.logsumexp(x, axis=1),
    "cosine_embedding": mean(cosine_embedding),
    "triplet_margin": mean(optax.losses.triplet_margin_loss),
    "triplet_margin_with_distance": mean(triplet_margin_with_distance),
    "pairwise_distance": lambda a, b: jnp.linalg.norm(a - b + 1e-6, axis=1),
    "cosine_similarity": lambda a, b: optax.cosine_similarity(a, b, epsilon=1e-8),
    "ctc": ctc,
}
