"""The losses as their documentation defines them, in exact arithmetic. Arguments are named as in PyTorch.

Each gives the values of its elements or samples, and what `mean` divides their sum by, or each of them.
"""

import mpmath
import numpy as np
from mpmath import log as exact_log
from mpmath import mpf, pi

from .exact import Exact, array, each, rounded_to_value, sigmoid, softplus, values

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


# Elements that PyTorch has no loss of

@each
def log_gamma(x):
    return Exact(mpmath.loggamma(x.value), (x, mpmath.digamma(x.value)))


@each
def log_cosh(x):
    """Without cancellation: cosh x = 1 + 2·sinh²(x/2)."""
    return Exact(mpmath.log1p(2 * mpmath.sinh(x.value / 2) ** 2), (x, mpmath.tanh(x.value)))


def log_cosh_loss(input, target):
    return log_cosh(input - target), input.size


def quantile_loss(input, target, quantiles):
    q, d = array(np.array(quantiles)), target[:, None] - input
    return np.where(d > 0, q * d, (q - 1) * d), d.size


def charbonnier_loss(input, target, epsilon):
    return np.sqrt((input - target) ** 2 + mpf(epsilon) ** 2), input.size


def hinge_loss(input, target):
    return hinge(1 - target * input, input, 1 + 0 * input), input.size


def squared_hinge_loss(input, target):
    terms, count = hinge_loss(input, target)
    return terms**2, count


def tweedie_nll_loss(input, target, power):
    low, high = mpf(1) - mpf(power), mpf(2) - mpf(power)
    return np.exp(input * high) / high - target * np.exp(input * low) / low, input.size


def negative_binomial_nll_loss(input, dispersion, target):
    size, scaled = 1 / dispersion, input * dispersion
    terms = (size + target) * np.log(1 + scaled) - target * np.log(scaled)
    return terms + log_gamma(size) + log_gamma(1 + target) - log_gamma(size + target), input.size


def sigmoid_focal_loss(input, target, alpha, gamma):
    x, t = input, target
    wrong = t * sigmoid(-x) + (1 - t) * sigmoid(x)
    weight = mpf(alpha) * t + (1 - mpf(alpha)) * (1 - t)
    return weight * wrong ** mpf(gamma) * (t * softplus(-x) + (1 - t) * softplus(x)), x.size


def asymmetric_loss(input, target, negative_gamma, positive_gamma, clip):
    """Of targets that are 0 or 1."""
    p, excess = sigmoid(input), sigmoid(input) - mpf(clip)
    excess = np.where(excess > 0, excess, 0 * excess)
    positive = (1 - p) ** mpf(positive_gamma) * softplus(-input)
    negative = -(excess ** mpf(negative_gamma)) * np.log(1 - excess)
    return np.where(target > 0, positive, negative), input.size


# Classes that PyTorch has no loss of

def of_label(input, target):
    """−log p and p of the labels."""
    surprise = log_sum_exp(input) - at_labels(input, target)
    return surprise, np.exp(-surprise)


def focal_loss(input, target, gamma):
    surprise, p = of_label(input, target)
    return (1 - p) ** mpf(gamma) * surprise, len(input)


def generalized_cross_entropy(input, target, q):
    return (1 - of_label(input, target)[1] ** mpf(q)) / mpf(q), len(input)


def poly1_cross_entropy(input, target, epsilon):
    surprise, p = of_label(input, target)
    return surprise + (1 - p) * mpf(epsilon), len(input)


def linear_cross_entropy(input, linear_weight, target):
    return of_label(input @ linear_weight.T, target)[0], len(input)


# Regions and boxes

def overlap(input, target):
    """The sums over positions of what is predicted and true, of both, and of what is true."""
    probabilities, _ = softmax(input, 1)
    truth = np.moveaxis(np.eye(input.shape[1], dtype=int)[target], -1, 1)
    return (probabilities * truth).sum((0, 2)), probabilities.sum((0, 2)) + truth.sum((0, 2)), truth.sum((0, 2))


def dice_loss(input, target):
    both, either, _ = overlap(input, target)
    return 1 - both * 2 / either, len(both)


def jaccard_loss(input, target):
    both, either, _ = overlap(input, target)
    return 1 - both / (either - both), len(both)


def generalized_dice_loss(input, target, smoothing, per_sample):
    assert not per_sample
    both, either, true = overlap(input, target)
    weight = np.array([1 / mpf(int(count)) ** 2 for count in true], object)
    value = 1 - ((both * weight).sum() * 2 + mpf(smoothing)) / ((either * weight).sum() + mpf(smoothing))
    return np.array(value, object), 1


def lovasz(errors, truth):
    order = np.argsort(-values(errors), kind="stable")
    missed = truth.sum() - np.cumsum(truth[order])
    union = truth.sum() + np.cumsum(1 - truth[order])
    jaccard = [1 - mpf(int(a)) / int(b) for a, b in zip(missed, union)]
    steps = [now - before for now, before in zip(jaccard, [0, *jaccard])]
    errors = errors[order]
    return (np.where(errors > 0, errors, 0 * errors) * np.array(steps, object)).sum()


def lovasz_hinge_loss(input, target):
    signs = 2 * target.ravel() - 1
    return np.array(lovasz(1 - input.ravel() * signs, target.ravel()), object), 1


def lovasz_softmax_loss(input, target):
    probabilities, labels = np.moveaxis(softmax(input, 1)[0], 1, 0), target.ravel()
    losses = []
    for index, p in enumerate(probabilities.reshape(len(probabilities), -1)):
        truth = (labels == index).astype(int)
        if truth.any():
            losses.append(lovasz(np.where(truth > 0, 1 - p, p), truth))
    return np.array(sum(losses[1:], losses[0]) / len(losses), object), 1


def smaller(a, b):
    return np.where(a < b, a, b)


def larger(a, b):
    return np.where(a > b, a, b)


def box_terms(input, target, eps):
    """1 − IoU, the union, and both sides of the smallest box around both."""
    a, b = input.T, target.T
    width, height = smaller(a[2], b[2]) - larger(a[0], b[0]), smaller(a[3], b[3]) - larger(a[1], b[1])
    intersection = np.where((width > 0) & (height > 0), width * height, 0 * width)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - intersection
    around = larger(a[2], b[2]) - smaller(a[0], b[0]), larger(a[3], b[3]) - smaller(a[1], b[1])
    return 1 - intersection / (union + mpf(eps)), union, around


def generalized_box_iou_loss(input, target, eps):
    loss, union, (width, height) = box_terms(input, target, eps)
    area = width * height
    return loss + (area - union) / (area + mpf(eps)), len(input)


def distance_box_iou_loss(input, target, eps):
    loss, _, (width, height) = box_terms(input, target, eps)
    a, b = input.T, target.T
    x, y = ((a[i] + a[i + 2] - b[i] - b[i + 2]) / 2 for i in (0, 1))
    return loss + (x * x + y * y) / (width * width + height * height + mpf(eps)), len(input)


@each
def arc_tangent(x):
    return Exact(mpmath.atan(x.value), (x, 1 / (1 + x.value**2)))


def complete_box_iou_loss(input, target, eps):
    distance, count = distance_box_iou_loss(input, target, eps)
    angles = [arc_tangent((box[2] - box[0]) / (box[3] - box[1])) for box in (input.T, target.T)]
    v = (angles[1] - angles[0]) ** 2 * (4 / pi**2)
    # A constant in the gradient.
    alpha = rounded_to_value(v / (box_terms(input, target, eps)[0] + v + mpf(eps)))
    return distance + v * alpha, count


# Contrastive

def unit(vectors):
    return vectors / np.sqrt((vectors * vectors).sum(-1))[:, None]


def info_nce_loss(query, positive, temperature):
    scores = unit(query) @ unit(positive).T / mpf(temperature)
    return of_label(scores, np.arange(len(scores)))[0], len(scores)


def others(scores, row):
    """The scores of a row without the one of its own sample."""
    return np.delete(scores[row], row)[None]


def nt_xent_loss(input1, input2, temperature):
    views = unit(np.concatenate([input1, input2]))
    scores, count = views @ views.T / mpf(temperature), len(input1)
    terms = [(log_sum_exp(others(scores, i)) - scores[i, (i + count) % (2 * count)])[0] for i in range(2 * count)]
    return np.array(terms, object), 2 * count


def sup_con_loss(input, target, temperature):
    scores = unit(input) @ unit(input).T / mpf(temperature)
    terms = []
    for i, label in enumerate(target):
        positives = [j for j in range(len(target)) if target[j] == label and j != i]
        terms.append(log_sum_exp(others(scores, i))[0] - scores[i][positives].sum() / len(positives))
    return np.array(terms, object), len(terms)


def siglip_loss(input1, input2, scale, bias):
    scores = input1 @ input2.T * mpf(scale) + mpf(bias)
    signs = 2 * np.eye(len(scores), dtype=int) - 1
    return softplus(-scores * signs).sum(1), len(scores)


def with_margin(input, class_weights, target, scale, modified):
    cosines = unit(input) @ unit(class_weights).T
    is_label = np.arange(cosines.shape[1]) == target[:, None]
    return of_label(np.where(is_label, modified(cosines), cosines) * mpf(scale), target)[0], len(input)


def arcface_loss(input, class_weights, target, margin, scale):
    """Of angles that the margin does not take beyond π."""
    def modified(cosines):
        return cosines * mpmath.cos(mpf(margin)) - np.sqrt(1 - cosines * cosines) * mpmath.sin(mpf(margin))

    return with_margin(input, class_weights, target, scale, modified)


def cosface_loss(input, class_weights, target, margin, scale):
    return with_margin(input, class_weights, target, scale, lambda cosines: cosines - mpf(margin))


def rnnt_loss(logits, targets, logit_lengths, target_lengths, blank):
    """In probabilities, by the forward variables of A. Graves (2012), equation (16)."""
    terms = []
    for scores, labels, frames, length in zip(logits, targets, logit_lengths, target_lengths):
        p, forward = softmax(scores, -1)[0], {}
        for t in range(frames):
            for u in range(length + 1):
                ways = [forward[t - 1, u] * p[t - 1, u, blank]] if t else []
                ways += [forward[t, u - 1] * p[t, u - 1, labels[u - 1]]] if u else []
                forward[t, u] = sum(ways[1:], ways[0]) if ways else 1
        terms.append(-np.log(p[frames - 1, length, blank] * forward[frames - 1, length]))
    return np.array(terms, object), len(terms)
