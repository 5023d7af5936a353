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


def negative_binomial_nll_loss(input, dispersion, target, reduction="mean"):
    """That of PyTorch's distribution, of any counts that are not negative; and a Poisson distribution where α is 0."""
    same_shape(input, target)
    alpha = dispersion.expand(input.shape)
    require(not bool((input < 0).any() or (alpha < 0).any() or (target < 0).any()), "a negative number")
    size = 1 / torch.where(alpha > 0, alpha, 1)
    logits = torch.log(input / size)
    binomial = torch.distributions.NegativeBinomial(size, logits=logits, validate_args=False).log_prob(target)
    poisson = torch.distributions.Poisson(input, validate_args=False).log_prob(target)
    return reduced(-torch.where(alpha > 0, binomial, poisson), reduction)


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


# PyTorch has this one as a module only, which draws its own weights.

def adaptive_log_softmax_with_loss(input, target, cutoffs, div_value=4.0, head_weight=None, head_bias=None,
                                   tail_weights=()):
    module = torch.nn.AdaptiveLogSoftmaxWithLoss(
        input.shape[-1], cutoffs[-1] + tail_weights[-1][1].shape[0], cutoffs, div_value, head_bias is not None)
    weights = {"head.weight": head_weight} | ({} if head_bias is None else {"head.bias": head_bias})
    for i, pair in enumerate(tail_weights):
        weights |= {f"tail.{i}.{j}.weight": weight for j, weight in enumerate(pair)}
    return torch.func.functional_call(module, weights, (input, target))



# Boxes

def box_pair(input, target, eps):
    """The coordinates of both boxes, the intersection, and the union with eps."""
    same_shape(input, target)
    require(input.shape[-1:] == (4,), f"input has shape {input.shape}")
    require(0 <= eps, f"eps is {eps}")
    for box in (input, target):
        require(not (box[..., 2:] < box[..., :2]).any(), "a box ends before it begins")
    a, b = input.unbind(-1), target.unbind(-1)
    width = torch.min(a[2], b[2]) - torch.max(a[0], b[0])
    height = torch.min(a[3], b[3]) - torch.max(a[1], b[1])
    intersection = torch.where((width > 0) & (height > 0), width * height, 0)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return a, b, intersection, areas - intersection


def enclosing_sides(a, b):
    return torch.max(a[2], b[2]) - torch.min(a[0], b[0]), torch.max(a[3], b[3]) - torch.min(a[1], b[1])


def generalized_box_iou_loss(input, target, eps=1e-7, reduction="mean"):
    a, b, intersection, union = box_pair(input, target, eps)
    width, height = enclosing_sides(a, b)
    area = width * height
    return reduced(1 - intersection / (union + eps) + (area - union) / (area + eps), reduction)


def distance_terms(a, b, intersection, union, eps):
    width, height = enclosing_sides(a, b)
    x, y = ((a[i] + a[i + 2] - b[i] - b[i + 2]) / 2 for i in (0, 1))
    overlap = intersection / (union + eps)
    return overlap, 1 - overlap + (x**2 + y**2) / (width**2 + height**2 + eps)


def distance_box_iou_loss(input, target, eps=1e-7, reduction="mean"):
    return reduced(distance_terms(*box_pair(input, target, eps), eps)[1], reduction)


def complete_box_iou_loss(input, target, eps=1e-7, reduction="mean"):
    a, b, intersection, union = box_pair(input, target, eps)
    overlap, distance = distance_terms(a, b, intersection, union, eps)
    angles = [torch.atan((box[2] - box[0]) / (box[3] - box[1])) for box in (a, b)]
    v = 4 / torch.pi**2 * (angles[1] - angles[0]) ** 2
    alpha = (v / (1 - overlap + v + eps)).detach()
    return reduced(distance + alpha * v, reduction)


# Regions

def region_overlap(input, target, mode, from_logits, per_sample, ignore_index):
    """The probabilities and the truth as samples × classes × positions, with zeros where an element is ignored."""
    require(mode in ("binary", "multiclass", "multilabel"), f"{mode} is not a mode")
    is_binary = mode == "binary"
    require(input.dim() >= (1 if is_binary else 2), f"input has shape {input.shape}")
    samples, classes = input.shape[0], 1 if is_binary else input.shape[1]
    probabilities = input if not from_logits else input.softmax(1) if mode == "multiclass" else input.sigmoid()
    has_labels = not target.is_floating_point()
    is_classless = target.shape == input.shape[:1] + input.shape[2:] and input.dim() > 1
    has_classes = mode == "multiclass" and has_labels and is_classless
    require(has_classes or target.shape == input.shape or is_binary and is_classless and input.shape[1] == 1,
            f"input has shape {input.shape}, target {target.shape}")
    counts = torch.ones_like(target, dtype=torch.bool) if ignore_index is None else target != ignore_index
    truth = torch.where(counts, target, 0)
    largest = classes - 1 if has_classes else 1
    require(bool(((truth >= 0) & (truth <= largest)).all()), "a target is out of range")
    if has_classes:
        truth = F.one_hot(truth.long(), classes).movedim(-1, 1)
        counts = counts.unsqueeze(1).expand(truth.shape)
    shape = (samples, classes, -1)
    counts = counts.reshape(shape)
    return torch.where(counts, probabilities.reshape(shape), 0), truth.reshape(shape).to(input) * counts


def overlap_sums(probabilities, truth, per_sample):
    """The sums of Segmentation Models PyTorch: overlap, what is predicted in vain, what is missed, and what is true."""
    axes = (2,) if per_sample else (0, 2)
    overlap = ((probabilities + truth - (probabilities - truth).abs()) / 2).sum(axes)
    return overlap, probabilities.sum(axes) - overlap, truth.sum(axes) - overlap, truth.sum(axes)


def tversky_loss(input, target, mode="multiclass", alpha=0.5, beta=0.5, gamma=1.0, from_logits=True, smoothing=0.0,
                 per_sample=False, ignore_index=None, reduction="mean"):
    require(min(alpha, beta, gamma, smoothing) >= 0, "a number is negative")
    overlap, excess, lack, true = overlap_sums(
        *region_overlap(input, target, mode, from_logits, per_sample, ignore_index), per_sample)
    score = (overlap + smoothing) / (overlap + alpha * excess + beta * lack + smoothing).clamp_min(1e-7)
    return reduced(torch.where(true > 0, 1 - score, 0) ** gamma, reduction)


def dice_loss(input, target, mode="multiclass", from_logits=True, smoothing=0.0, per_sample=False, ignore_index=None,
              reduction="mean"):
    return tversky_loss(input, target, mode, 0.5, 0.5, 1.0, from_logits, smoothing, per_sample, ignore_index, reduction)


def jaccard_loss(input, target, mode="multiclass", from_logits=True, smoothing=0.0, per_sample=False, ignore_index=None,
                 reduction="mean"):
    return tversky_loss(input, target, mode, 1.0, 1.0, 1.0, from_logits, smoothing, per_sample, ignore_index, reduction)


def generalized_dice_loss(input, target, mode="multiclass", from_logits=True, smoothing=1e-5, per_sample=True,
                          ignore_index=None, reduction="mean"):
    """MONAI's, where a class without any truth has the largest weight of the others."""
    require(smoothing >= 0, f"smoothing is {smoothing}")
    overlap, excess, lack, true = overlap_sums(
        *region_overlap(input, target, mode, from_logits, per_sample, ignore_index), per_sample)
    weight = torch.where(true > 0, true, torch.inf) ** -2
    weight = torch.where(true > 0, weight, weight.amax(-1, keepdim=True))
    below = (weight * (2 * overlap + excess + lack)).sum(-1) + smoothing
    return reduced(1 - (2 * (weight * overlap).sum(-1) + smoothing) / below, reduction)


def lovasz_extension(errors, truth):
    """Each error times what the Jaccard loss of all larger ones grows by."""
    errors, order = torch.sort(errors, descending=True, stable=True)
    truth = truth[order]
    missed, excess = truth.cumsum(0), (1 - truth).cumsum(0)
    jaccard = 1 - (truth.sum() - missed) / (truth.sum() + excess)
    return (torch.relu(errors) * torch.diff(jaccard, prepend=jaccard.new_zeros(1))).sum()


def of_images(input, target, per_image, ignore_index, reduction, value):
    """`value` is a function of the rows of scores that count, and of their labels."""
    images = [(x.unsqueeze(0), t.unsqueeze(0)) for x, t in zip(input, target)] if per_image else [(input, target)]
    values = []
    for x, t in images:
        counts = torch.ones_like(t, dtype=torch.bool) if ignore_index is None else t != ignore_index
        rows = x.movedim(1, -1)[counts]
        values.append(value(rows, t[counts]) if len(rows) else x.sum() * 0)
    return reduced(torch.stack(values) if per_image else values[0], reduction)


def lovasz_hinge_loss(input, target, per_image=False, ignore_index=None, reduction="mean"):
    input = input.squeeze(1) if input.dim() == target.dim() + 1 and input.shape[1] == 1 else input
    same_shape(input, target)
    require(bool(((target == 0) | (target == 1) | (target == ignore_index)).all()), "a label is out of range")

    def value(scores, labels):
        scores, signs = scores[:, 0], 2 * labels - 1
        return lovasz_extension(1 - scores * signs, labels.to(scores))

    return of_images(input.reshape(len(input), 1, -1), target.reshape(len(target), -1), per_image, ignore_index,
                     reduction, value)


def lovasz_softmax_loss(input, target, per_image=False, ignore_index=None, reduction="mean"):
    require(input.dim() > 1 and target.shape == input.shape[:1] + input.shape[2:], f"target has shape {target.shape}")
    classes = input.shape[1]
    require(bool(((target >= 0) & (target < classes) | (target == ignore_index)).all()), "a label is out of range")

    def value(rows, labels):
        present = [(rows[:, i], (labels == i).to(rows)) for i in range(classes) if (labels == i).any()]
        return torch.stack([lovasz_extension((truth - p).abs(), truth) for p, truth in present]).mean()

    return of_images(input.softmax(1), target, per_image, ignore_index, reduction, value)


# Sequences

def rnnt_loss(logits, targets, logit_lengths, target_lengths, blank=-1, clamp=-1.0, reduction="mean"):
    """torchaudio's, of any lengths up to those of the tensors: the forward variables of Graves in logarithms."""
    require(logits.dim() == 4, f"logits have {logits.dim()} axes")
    samples, frames, positions, classes = logits.shape
    require(-classes <= blank < classes, f"blank is {blank}")
    require(targets.shape == (samples, positions - 1), f"targets have shape {targets.shape}")
    for lengths, largest in ((logit_lengths, frames), (target_lengths, positions - 1)):
        require(lengths.shape == (samples,), f"lengths have shape {lengths.shape}")
        require(bool(((0 <= lengths) & (lengths <= largest)).all()), f"a length is not in 0...{largest}")
    values = []
    for sample in range(samples):
        last = int(target_lengths[sample])
        labels = targets[sample, :last].tolist()
        require(all(0 <= label < classes for label in labels), f"a label of {labels} is out of range")
        used = logits[sample, : int(logit_lengths[sample]), : last + 1]
        values.append(ClampedTransducer.apply(used, labels, blank, clamp) if clamp > 0 else
                      transducer(used, labels, blank))
    return reduced(torch.stack(values), reduction)


def transducer(logits, labels, blank):
    """The loss of one sample, with one frame at least."""
    log_p, forward = F.log_softmax(logits, -1), {}
    for t in range(len(log_p)):
        for u in range(len(labels) + 1):
            terms = [forward[t - 1, u] + log_p[t - 1, u, blank]] if t > 0 else []
            if u > 0:
                terms.append(forward[t, u - 1] + log_p[t, u - 1, labels[u - 1]])
            forward[t, u] = torch.logsumexp(torch.stack(terms), 0) if terms else torch.zeros_like(log_p[0, 0, 0])
    return -(forward[len(log_p) - 1, len(labels)] + log_p[-1, -1, blank])


class ClampedTransducer(torch.autograd.Function):
    """The same, whose gradient is clamped before it is multiplied by the upstream."""

    @staticmethod
    def forward(context, logits, labels, blank, clamp):
        with torch.enable_grad():
            copy = logits.detach().requires_grad_()
            value = transducer(copy, labels, blank)
            gradient, = torch.autograd.grad(value, copy)
        context.save_for_backward(gradient.clamp(-clamp, clamp))
        return value.detach()

    @staticmethod
    def backward(context, upstream):
        return upstream * context.saved_tensors[0], None, None, None


# Cross entropy with what PyTorch lacks

def class_losses(scores, target, weight=None, ignore_index=-100, label_smoothing=0.0, z_loss=None, soft_cap=None,
                 sample_weight=None, reduction="mean"):
    """Cross entropy of scores [M, C], with labels [M] or probabilities [M, C]. A class masked by a score of −∞ gets no
    share of the smoothing. The mean divides by the sum of the weights of samples that count, times those of their labels.
    """
    require(0 <= label_smoothing <= 1, f"label_smoothing is {label_smoothing}")
    require(z_loss is None or 0 <= z_loss < math.inf, f"z_loss is {z_loss}")
    require(soft_cap is None or soft_cap > 0, f"soft_cap is {soft_cap}")
    if soft_cap is not None:
        scores = soft_cap * torch.tanh(scores / soft_cap)
    classes = scores.shape[-1]
    weight = torch.ones(classes, dtype=scores.dtype) if weight is None else weight
    sample_weight = torch.ones(len(scores), dtype=scores.dtype) if sample_weight is None else sample_weight
    counted = sample_weight
    if target.is_floating_point():
        shares, counts = target, torch.ones(len(scores), dtype=torch.bool)
    else:
        counts = target != ignore_index
        own = torch.where(counts, target, 0)
        shares = F.one_hot(own, classes).to(scores.dtype)
        counted = torch.where(counts, sample_weight * weight[own], 0)
    is_masked = scores == -math.inf
    smoothing = torch.where(is_masked, 0, label_smoothing / (~is_masked).sum(-1, keepdim=True).to(scores.dtype))
    factors = weight * ((1 - label_smoothing) * shares + smoothing)
    # 0·(−∞) is 0.
    terms = factors * torch.where(factors == 0, 0, F.log_softmax(scores, -1))
    losses = -terms.sum(-1)
    if z_loss is not None:
        losses = losses + z_loss * torch.logsumexp(scores, -1) ** 2
    losses = torch.where(counts, losses * sample_weight, 0)
    return reduced(losses, reduction, counted.sum())
