"""The losses that PyTorch lacks, as they are commonly written with its functions. Arguments are named as in the cases."""

import torch
import torch.nn.functional as F


def reduced(values, reduction, count=None):
    if reduction == "none":
        return values
    return values.sum() if reduction == "sum" else values.sum() / (values.numel() if count is None else count)


# Elements

def log_cosh_loss(input, target, reduction):
    d = input - target
    return reduced(d + F.softplus(-2 * d) - torch.log(torch.tensor(2.0, dtype=d.dtype)), reduction)


def quantile_loss(input, target, quantiles, reduction):
    q, d = torch.tensor(quantiles, dtype=input.dtype), target[:, None] - input
    return reduced(torch.maximum(q * d, (q - 1) * d), reduction)


def charbonnier_loss(input, target, epsilon, reduction):
    return reduced(((input - target) ** 2 + epsilon**2).sqrt(), reduction)


def hinge_loss(input, target, reduction):
    return reduced(F.relu(1 - target * input), reduction)


def squared_hinge_loss(input, target, reduction):
    return reduced(F.relu(1 - target * input) ** 2, reduction)


def tweedie_nll_loss(input, target, power, reduction):
    first = target * torch.exp((1 - power) * input) / (1 - power)
    return reduced(torch.exp((2 - power) * input) / (2 - power) - first, reduction)


def negative_binomial_nll_loss(input, dispersion, target, reduction):
    distribution = torch.distributions.NegativeBinomial(
        1 / dispersion, logits=torch.log(input * dispersion), validate_args=False)
    return reduced(-distribution.log_prob(target), reduction)


def sigmoid_focal_loss(input, target, alpha, gamma, reduction):
    p = torch.sigmoid(input)
    entropy = F.binary_cross_entropy_with_logits(input, target, reduction="none")
    right = p * target + (1 - p) * (1 - target)
    return reduced((alpha * target + (1 - alpha) * (1 - target)) * (1 - right) ** gamma * entropy, reduction)


def asymmetric_loss(input, target, negative_gamma, positive_gamma, clip, reduction):
    p = torch.sigmoid(input)
    negative = (1 - p + clip).clamp(max=1)
    entropy = target * torch.log(p.clamp(min=1e-8)) + (1 - target) * torch.log(negative.clamp(min=1e-8))
    right = p * target + negative * (1 - target)
    return reduced(-entropy * (1 - right) ** (positive_gamma * target + negative_gamma * (1 - target)), reduction)


# Classes

def of_label(input, target):
    return F.log_softmax(input, 1).gather(1, target[:, None])[:, 0]


def focal_loss(input, target, gamma, reduction):
    log_p = of_label(input, target)
    return reduced(-((1 - log_p.exp()) ** gamma) * log_p, reduction)


def generalized_cross_entropy(input, target, q, reduction):
    return reduced((1 - of_label(input, target).exp() ** q) / q, reduction)


def poly1_cross_entropy(input, target, epsilon, reduction):
    log_p = of_label(input, target)
    return reduced(-log_p + epsilon * (1 - log_p.exp()), reduction)


# Regions and boxes

def overlap(input, target):
    probabilities = input.softmax(1)
    truth = F.one_hot(target, input.shape[1]).movedim(-1, 1).to(input)
    return (probabilities * truth).sum((0, 2)), (probabilities + truth).sum((0, 2)), truth.sum((0, 2))


def dice_loss(input, target, reduction):
    both, either, _ = overlap(input, target)
    return reduced(1 - 2 * both / either, reduction)


def jaccard_loss(input, target, reduction):
    both, either, _ = overlap(input, target)
    return reduced(1 - both / (either - both), reduction)


def generalized_dice_loss(input, target, smoothing, per_sample, reduction):
    both, either, true = overlap(input, target)
    weight = 1 / true**2
    return 1 - (2 * (weight * both).sum() + smoothing) / ((weight * either).sum() + smoothing)


def lovasz(errors, truth):
    errors, order = torch.sort(errors, descending=True)
    truth = truth[order]
    jaccard = 1 - (truth.sum() - truth.cumsum(0)) / (truth.sum() + (1 - truth).cumsum(0))
    return F.relu(errors) @ torch.diff(jaccard, prepend=jaccard.new_zeros(1))


def lovasz_hinge_loss(input, target, reduction):
    return lovasz(1 - input.flatten() * (2 * target.flatten() - 1), target.flatten().to(input))


def lovasz_softmax_loss(input, target, reduction):
    probabilities, labels = input.softmax(1).movedim(1, 0).flatten(1), target.flatten()
    return torch.stack([
        lovasz((truth - p).abs(), truth)
        for p, truth in ((p, (labels == i).to(p)) for i, p in enumerate(probabilities)) if truth.any()]).mean()


def from_torchvision(name):
    def loss(input, target, eps, reduction):
        import torchvision.ops

        return getattr(torchvision.ops, name)(input, target, reduction, eps)

    return loss


generalized_box_iou_loss = from_torchvision("generalized_box_iou_loss")
distance_box_iou_loss = from_torchvision("distance_box_iou_loss")
complete_box_iou_loss = from_torchvision("complete_box_iou_loss")


# Contrastive

def similarities(a, b, temperature):
    return F.normalize(a) @ F.normalize(b).T / temperature


def info_nce_loss(query, positive, temperature, reduction):
    return F.cross_entropy(similarities(query, positive, temperature), torch.arange(len(query)), reduction=reduction)


def without_itself(logits):
    return logits.masked_fill(torch.eye(len(logits), dtype=torch.bool), -torch.inf)


def nt_xent_loss(input1, input2, temperature, reduction):
    views = torch.cat([input1, input2])
    labels = torch.arange(len(views)).roll(len(input1))
    return F.cross_entropy(without_itself(similarities(views, views, temperature)), labels, reduction=reduction)


def sup_con_loss(input, target, temperature, reduction):
    log_p = F.log_softmax(without_itself(similarities(input, input, temperature)), 1)
    positives = (target[:, None] == target) & ~torch.eye(len(target), dtype=torch.bool)
    values = -torch.where(positives, log_p, 0).sum(1) / positives.sum(1)
    return reduced(values, reduction)


def siglip_loss(input1, input2, scale, bias, reduction):
    logits = scale * input1 @ input2.T + bias
    return reduced(-F.logsigmoid((2 * torch.eye(len(logits)).to(logits) - 1) * logits).sum(1), reduction)


def logits_with_margin(input, class_weights, target, modified, scale):
    cosines = F.normalize(input) @ F.normalize(class_weights).T
    index = target[:, None]
    return scale * cosines.scatter(1, index, modified(cosines.gather(1, index)))


def arcface_loss(input, class_weights, target, margin, scale, reduction):
    logits = logits_with_margin(input, class_weights, target, lambda c: (c.acos() + margin).cos(), scale)
    return F.cross_entropy(logits, target, reduction=reduction)


def cosface_loss(input, class_weights, target, margin, scale, reduction):
    logits = logits_with_margin(input, class_weights, target, lambda c: c - margin, scale)
    return F.cross_entropy(logits, target, reduction=reduction)


# Sequences

def rnnt_loss(logits, targets, logit_lengths, target_lengths, blank, reduction):
    values = []
    for scores, labels, frames, length in zip(logits, targets, logit_lengths, target_lengths):
        log_p, forward = F.log_softmax(scores, -1), {}
        for t in range(frames):
            for u in range(length + 1):
                terms = [forward[t - 1, u] + log_p[t - 1, u, blank]] if t else []
                terms += [forward[t, u - 1] + log_p[t, u - 1, labels[u - 1]]] if u else []
                forward[t, u] = torch.logsumexp(torch.stack(terms), 0) if terms else log_p.new_zeros(())
        values.append(-(forward[frames - 1, length] + log_p[frames - 1, length, blank]))
    return reduced(torch.stack(values), reduction)
