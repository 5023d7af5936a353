"""The losses as their documentation defines them, in exact arithmetic. Arguments are named as in PyTorch.

Each gives the values of its elements or samples, and what `mean` divides their sum by, or each of them.
"""

import numpy as np
from mpmath import log as exact_log
from mpmath import mpf, pi

from .exact import array, each, rounded_to_value, sigmoid, softplus, values

# How near to its kink the sum in a hinge has come, relative to what is added up. There the derivative jumps, so that no
# rounding, however small, could be told from a wrong result.
NEAREST = [1.0]


def hinge(excess, *addends):
    """max(0, excess), of which `addends` are the parts."""
    size = sum(abs(values(addend)) for addend in addends)
    ratios = abs(values(excess)) / size
    NEAREST[0] = min(NEAREST[0], float(np.min(ratios)))
    return np.where(excess >= 0, excess, 0 * excess)


def weighted(terms, weight):
    return terms if weight is None else terms * weight


# Regression

def l1_loss(input, target, weight=None):
    return weighted(abs(input - target), weight), input.size if weight is None else weight.sum()


def mse_loss(input, target, weight=None):
    return weighted((input - target) ** 2, weight), input.size if weight is None else weight.sum()


def smooth_l1_loss(input, target, beta):
    d = abs(input - target)
    return np.where(d < beta, d * d / (2 * mpf(beta)), d - mpf(beta) / 2), d.size


def huber_loss(input, target, delta, weight=None):
    d = abs(input - target)
    return weighted(np.where(d <= delta, d * d / 2, (d - mpf(delta) / 2) * delta), weight), d.size


# Distributions

def poisson_nll_loss(input, target, log_input, full, eps):
    x, t = input, target
    terms = np.exp(x) - t * x if log_input else x - t * np.log(x + mpf(eps))
    if full:
        stirling = t * np.log(t) - t + np.log(t * (2 * pi)) / 2
        terms = terms + np.where(t > 1, stirling, 0 * t)
    return terms, x.size


def gaussian_nll_loss(input, target, var, full, eps):
    assert np.all(var >= eps)
    terms = (np.log(var) + (input - target) ** 2 / var) / 2
    return terms + exact_log(2 * pi) / 2 if full else terms, input.size


def kl_div(input, target, log_target):
    x, t = input, target
    return np.exp(t) * (t - x) if log_target else t * (np.log(t) - x), x.size


# Yes and no

def binary_cross_entropy(input, target, weight=None):
    x, t = input, target
    return weighted(-t * np.log(x) - (1 - t) * np.log(1 - x), weight), x.size


def binary_cross_entropy_with_logits(input, target, weight=None, pos_weight=None):
    x, t = input, target
    positive = t if pos_weight is None else t * pos_weight
    return weighted(positive * softplus(-x) + (1 - t) * softplus(x), weight), x.size


def soft_margin_loss(input, target):
    return softplus(-target * input), input.size


def multilabel_soft_margin_loss(input, target, weight=None):
    terms = weighted(target * softplus(-input) + (1 - target) * softplus(input), weight)
    return terms.sum(-1) / input.shape[-1], len(input)


# Classes

def log_sum_exp(x, axis=-1):
    largest = values(x).max(axis=axis, keepdims=True)
    return np.log(np.exp(x - largest).sum(axis=axis)) + np.squeeze(largest, axis)


def at_labels(x, target):
    return np.take_along_axis(x, target[:, None], 1)[:, 0]


def nll_loss(input, target, weight, ignore_index):
    weights = (array(np.ones(input.shape[1])) if weight is None else weight)[target]
    return -at_labels(input, target) * weights, weights.sum()


def cross_entropy(input, target, weight, ignore_index, label_smoothing):
    classes, smoothing = input.shape[1], mpf(label_smoothing)
    surprise = log_sum_exp(input)[:, None] - input
    weights = array(np.ones(classes)) if weight is None else weight
    if target.dtype == object:
        target = target * (1 - smoothing) + smoothing / classes
        return (surprise * target * weights).sum(1), len(input)
    hard = at_labels(surprise, target) * weights[target]
    if not smoothing:
        return hard, weights[target].sum()
    return hard * (1 - smoothing) + (surprise * weights).sum(1) * (smoothing / classes), weights[target].sum()


def multi_margin_loss(input, target, p, margin, weight):
    right = at_labels(input, target)[:, None]
    terms = hinge(input - right + mpf(margin), input, right) ** p
    terms = np.where(np.arange(input.shape[1]) == target[:, None], 0 * terms, terms).sum(1) / input.shape[1]
    return (terms if weight is None else terms * weight[target]), len(input)


def multilabel_margin_loss(input, target):
    terms = []
    for scores, labels in zip(input, target):
        labels = labels[:np.argmax(labels == -1)] if -1 in labels else labels
        others = np.setdiff1d(np.arange(len(scores)), labels)
        excess = scores[others] - scores[labels][:, None] + 1
        terms.append(hinge(excess, scores[others], scores[labels][:, None]).sum() / len(scores))
    return np.array(terms, object), len(input)


# Pairs and triplets

def margin_ranking_loss(input1, input2, target, margin):
    return hinge((input2 - input1) * target + mpf(margin), input1, input2), input1.size


def hinge_embedding_loss(input, target, margin):
    return np.where(target > 0, input, hinge(mpf(margin) - input, input)), input.size


def cosine(a, b, added):
    """`added` is a function of the square of a length."""
    def square(x):
        result = (x * x).sum(-1)
        return result + added(result)

    return (a * b).sum(-1) / np.sqrt(square(a) * square(b))


@each
def added_to_square(square):
    """What the cosine embedding loss adds to squares that are not small."""
    return mpf(1e-12) if square.value >= mpf(1e-6) else mpf(0)


def cosine_embedding_loss(input1, input2, target, margin):
    cosines = cosine(input1, input2, added_to_square)
    dissimilar = hinge(cosines - mpf(margin), abs(cosines))
    return np.where(target > 0, 1 - cosines, dissimilar), len(input1)


def pairwise_distance(p, eps):
    def distance(a, b):
        d = a - b + mpf(eps)
        if p == 2:
            return np.sqrt((d * d).sum(-1))
        return abs(d).sum(-1) if p == 1 else (abs(d) ** p).sum(-1) ** (1 / mpf(p))

    return distance


def triplet(anchor, positive, negative, margin, swap, distance):
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        swapped = distance(positive, negative)
        far = np.where(swapped < far, swapped, far)
    return hinge(near - far + mpf(margin), near, far), len(anchor)


def triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap):
    return triplet(anchor, positive, negative, margin, swap, pairwise_distance(p, eps))


def triplet_margin_with_distance_loss(anchor, positive, negative, distance_function, margin, swap):
    """With the cosine distance."""
    return triplet(anchor, positive, negative, margin, swap, lambda a, b: 1 - cosine(a, b, lambda square: 0))


# Activations

def softmax(input, dim):
    powers = np.exp(input - values(input).max(axis=dim, keepdims=True))
    return powers / powers.sum(axis=dim, keepdims=True), None


def log_softmax(input, dim):
    return input - np.expand_dims(log_sum_exp(input, dim), dim), None


def logsumexp(input, dim):
    return log_sum_exp(input, dim), None


def logsigmoid(input):
    return -softplus(-input), None


def sigmoid_(input):
    return sigmoid(input), None


# Sequences

def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity):
    """In probabilities: at 100 digits nothing vanishes. The sum over paths, A. Graves et al. (2006), equation (6).

    The gradient is PyTorch's, through the log-softmax that made the log-probabilities, which are taken to be such: its
    Jacobian lets the gradient with respect to them pass, plus their probability."""
    terms = []
    for n, (frames, length) in enumerate(zip(input_lengths, target_lengths)):
        labels = [blank]
        for label in targets[n][:length]:
            labels += [label, blank]
        probabilities = np.exp(log_probs[:frames, n])
        alpha = [probabilities[0][blank], probabilities[0][labels[1]]] + [0] * (len(labels) - 2)
        for frame in probabilities[1:]:
            alpha = [
                sum(alpha[max(0, s - (2 if s > 1 and label not in (blank, labels[s - 2]) else 1)):s + 1]) * frame[label]
                for s, label in enumerate(labels)]
        terms.append(-np.log(alpha[-1] + alpha[-2]))
        # A term without a value, whose derivative is the probability.
        through = probabilities.sum()
        terms[-1] = terms[-1] + (through - rounded_to_value(through))
    return np.array(terms, object), len(terms) * np.maximum(1, target_lengths)
