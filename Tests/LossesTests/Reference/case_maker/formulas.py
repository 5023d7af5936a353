"""Losses that PyTorch does not have: their formulas, written with its functions, so that it differentiates them."""

import math

import torch
import torch.nn.functional as F


def require(condition, message):
    if not condition:
        raise ValueError(message)


def reduced(values, reduction, count=None):
    """The mean divides by the number of values, unless a count is given."""
    require(reduction in ("none", "sum", "mean"), f"{reduction} is not a valid value for reduction")
    if reduction == "none":
        return values
    total = values.sum()
    return total if reduction == "sum" else total / (values.numel() if count is None else count)


def same_shape(input, target):
    require(input.shape == target.shape, f"input has shape {input.shape}, target {target.shape}")


# Elementwise

def hinge_loss(input, target, reduction="mean"):
    same_shape(input, target)
    return reduced((1 - target * input).clamp(min=0), reduction)


def squared_hinge_loss(input, target, reduction="mean"):
    same_shape(input, target)
    return reduced((1 - target * input).clamp(min=0) ** 2, reduction)


def log_cosh_loss(input, target, reduction="mean"):
    same_shape(input, target)
    difference = input - target
    # Both are log cosh d. The first does not cancel near 0, the second does not overflow; each gets 1 where it is unused.
    is_small = difference.abs() < 1
    small = torch.log1p(2 * torch.sinh(torch.where(is_small, difference, 1) / 2) ** 2)
    other = torch.where(is_small, 1, difference).abs()
    large = other + torch.log1p(torch.exp(-2 * other)) - torch.log(torch.tensor(2.0, dtype=torch.float64)).to(other)
    return reduced(torch.where(is_small, small, large), reduction)


def charbonnier_loss(input, target, epsilon=1e-3, reduction="mean"):
    same_shape(input, target)
    require(epsilon > 0, f"epsilon is {epsilon}")
    return reduced(((input - target) ** 2 + epsilon**2).sqrt(), reduction)


def quantile_loss(input, target, quantiles=(0.5,), reduction="mean"):
    require(input.shape[:-1] == target.shape, f"input has shape {input.shape}, target {target.shape}")
    require(len(quantiles) == input.shape[-1], f"{len(quantiles)} quantiles for {input.shape[-1]} predictions")
    require(all(0 <= q <= 1 for q in quantiles), f"a quantile of {quantiles} is out of range")
    q, difference = torch.tensor(quantiles, dtype=input.dtype), target.unsqueeze(-1) - input
    # At the tie, the maximum passes half of the gradient to each side.
    return reduced(torch.maximum(q * difference, (q - 1) * difference), reduction)


def tweedie_nll_loss(input, target, power=1.5, reduction="mean"):
    same_shape(input, target)
    require(1 < power < 2, f"power is {power}")
    first = target * torch.exp((1 - power) * input) / (1 - power)
    return reduced(torch.exp((2 - power) * input) / (2 - power) - first, reduction)


def sigmoid_focal_loss(input, target, alpha=0.25, gamma=2.0, reduction="mean"):
    """torchvision's, where the probability of a wrong answer is a sum and not a difference."""
    same_shape(input, target)
    require(alpha is None or 0 <= alpha <= 1, f"alpha is {alpha}")
    require(gamma >= 0, f"gamma is {gamma}")
    wrong = target * torch.sigmoid(-input) + (1 - target) * torch.sigmoid(input)
    entropy = -target * F.logsigmoid(input) - (1 - target) * F.logsigmoid(-input)
    weight = 1 if alpha is None else alpha * target + (1 - alpha) * (1 - target)
    return reduced(weight * wrong**gamma * entropy, reduction)


def asymmetric_loss(input, target, negative_gamma=4.0, positive_gamma=1.0, clip=0.05, reduction="mean"):
    """That of PyTorch Image Models, without a bound of the logarithms."""
    same_shape(input, target)
    require(negative_gamma >= 0 and positive_gamma >= 0, f"an exponent is {min(negative_gamma, positive_gamma)}")
    require(0 <= clip <= 1, f"clip is {clip}")
    negative = torch.sigmoid(-input)
    shifted = (negative + clip).clamp(max=1) if clip > 0 else negative
    log_shifted = torch.log(shifted) if clip > 0 else F.logsigmoid(-input)
    entropy = -target * F.logsigmoid(input) - (1 - target) * log_shifted
    wrong = target * negative + (1 - target) * ((torch.sigmoid(input) - clip).clamp(min=0))
    return reduced(wrong ** (positive_gamma * target + negative_gamma * (1 - target)) * entropy, reduction)


# Classes

def class_weights(target, weight, ignore_index):
    """The weight of each label, 0 where it is ignored, and the labels with those replaced."""
    counts = target != ignore_index
    labels = torch.where(counts, target, 0)
    weights = counts.double() if weight is None else torch.where(counts, weight[labels], 0)
    return labels, weights


def label_probabilities(input, labels):
    """log p and 1 − p of each label. The latter is a sum of other classes' probabilities, so it does not cancel."""
    axis = 1 if input.dim() > 1 else 0
    log_p = F.log_softmax(input, axis)
    index = labels.unsqueeze(axis)
    others = log_p.exp().scatter(axis, index, 0).sum(axis)
    return log_p.gather(axis, index).squeeze(axis), others


def of_labels(input, target, reduction, values, weight=None, ignore_index=-100):
    labels, weights = class_weights(target.long(), weight, ignore_index)
    log_p, others = label_probabilities(input, labels)
    return reduced(torch.where(weights == 0, 0, weights * values(log_p, others)), reduction, weights.sum())


def focal_loss(input, target, gamma=2.0, weight=None, ignore_index=-100, label_smoothing=0.0, reduction="mean"):
    require(gamma >= 0, f"gamma is {gamma}")
    entropy = F.cross_entropy(input, target, weight, ignore_index=ignore_index, label_smoothing=label_smoothing,
                              reduction="none")
    labels, weights = class_weights(target.long(), weight, ignore_index)
    others = label_probabilities(input, labels)[1]
    modulation = 1 if gamma == 0 else others**gamma
    return reduced(modulation * entropy, reduction, weights.sum())


def generalized_cross_entropy(input, target, q=0.5, reduction="mean"):
    require(0 <= q <= 1, f"q is {q}")
    F.cross_entropy(input.detach(), target)  # refuses what does not fit
    return of_labels(input, target, reduction, lambda log_p, _: -torch.expm1(q * log_p) / q if q > 0 else -log_p)


def poly1_cross_entropy(input, target, epsilon=2.0, reduction="mean"):
    F.cross_entropy(input.detach(), target)  # refuses what does not fit
    return of_labels(input, target, reduction, lambda log_p, others: -log_p + epsilon * others)


# Contrastive

def unit(vectors):
    """Vectors divided by their lengths. One of zeros stays as it is, and has no gradient."""
    are_zero = (vectors == 0).all(-1, keepdim=True)
    return torch.where(are_zero, 0, vectors / torch.where(are_zero, 1, vectors).norm(dim=-1, keepdim=True))


def matrices(*tensors):
    for tensor in tensors:
        require(tensor.dim() == 2 and tensor.shape[1] == tensors[0].shape[1], f"shape {tuple(tensor.shape)}")


def is_temperature(temperature):
    require(temperature > 0, f"temperature is {temperature}")


def info_nce_loss(query, positive, negatives=None, temperature=0.1, symmetric=False, reduction="mean"):
    matrices(query, positive, *(() if negatives is None else (negatives,)))
    same_shape(query, positive)
    is_temperature(temperature)
    require(not symmetric or negatives is None, "symmetric with negatives")
    require(not isinstance(temperature, torch.Tensor) or temperature.dim() == 0, "more than one temperature")
    q, k = unit(query), unit(positive)
    if negatives is not None:
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ unit(negatives).T], 1) / temperature
        return reduced(F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.int64), reduction="none"), reduction)
    labels = torch.arange(len(q))
    logits = q @ k.T / temperature
    values = F.cross_entropy(logits, labels, reduction="none")
    if symmetric:
        values = (values + F.cross_entropy(logits.T, labels, reduction="none")) / 2
    return reduced(values, reduction)


def nt_xent_loss(input1, input2, temperature=0.5, reduction="mean"):
    matrices(input1, input2)
    same_shape(input1, input2)
    is_temperature(temperature)
    views = unit(torch.cat([input1, input2]))
    logits = (views @ views.T / temperature).masked_fill(torch.eye(len(views), dtype=torch.bool), -torch.inf)
    labels = torch.arange(len(views)).roll(len(input1))
    return reduced(F.cross_entropy(logits, labels, reduction="none"), reduction)


def sup_con_loss(input, target, temperature=0.1, reduction="mean"):
    matrices(input)
    require(target.shape == input.shape[:1], "one label for each sample")
    is_temperature(temperature)
    own = torch.eye(len(input), dtype=torch.bool)
    logits = (unit(input) @ unit(input).T / temperature).masked_fill(own, -torch.inf)
    positives = (target[:, None] == target) & ~own
    counts = positives.sum(1)
    values = -torch.where(positives, logits.log_softmax(1), 0).sum(1) / counts.clamp(min=1)
    return reduced(values, reduction, (counts > 0).sum().clamp(min=1))


def siglip_loss(input1, input2, scale=10.0, bias=None, reduction="mean"):
    matrices(input1, input2)
    same_shape(input1, input2)
    logits = scale * input1 @ input2.T + (0 if bias is None else bias)
    signs = 2 * torch.eye(len(input1), dtype=logits.dtype) - 1
    return reduced(-F.logsigmoid(signs * logits).sum(1), reduction)


def with_margin(input, class_weights, target, margin, scale, reduction):
    matrices(input, class_weights)
    require(target.shape == input.shape[:1], "one label for each sample")
    require(scale > 0, f"scale is {scale}")
    require(bool(((0 <= target) & (target < len(class_weights))).all()), "a label of no class")
    cosines = unit(input) @ unit(class_weights).T
    index = target.long()[:, None]
    logits = scale * cosines.scatter(1, index, margin(cosines.gather(1, index)))
    return reduced(F.cross_entropy(logits, index.squeeze(1), reduction="none"), reduction)


def arcface_loss(input, class_weights, target, margin=0.5, scale=64.0, reduction="mean"):
    require(0 <= margin <= math.pi, f"margin is {margin}")

    def modified(cosines):
        angles = cosines.clamp(-1, 1).acos()
        return torch.where(angles <= math.pi - margin, (angles + margin).cos(), cosines - margin * math.sin(margin))

    return with_margin(input, class_weights, target, modified, scale, reduction)


def cosface_loss(input, class_weights, target, margin=0.35, scale=64.0, reduction="mean"):
    require(not math.isnan(margin), "margin is NaN")
    return with_margin(input, class_weights, target, lambda cosines: cosines - margin, scale, reduction)
