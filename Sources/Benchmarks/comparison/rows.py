"""The rows of the benchmark, and their inputs as NumPy arrays.

A row's name is a loss, the shape of its input and, where that is not row-major float32, a format.
"""

import contextlib
import re

import numpy

with contextlib.suppress(ImportError):
    import ml_dtypes  # gives NumPy bfloat16

NAMES = """
    l1/10000 l1/1000000
    mse/100 mse/10000 mse/1000000 mse/16000000
    smooth_l1/10000 smooth_l1/1000000
    huber/10000 huber/1000000
    bce/10000 bce/1000000
    bce_with_logits/100 bce_with_logits/10000 bce_with_logits/1000000 bce_with_logits/16000000
    soft_margin/10000 soft_margin/1000000
    poisson_nll/10000 poisson_nll/1000000
    kl_div/100 kl_div/10000 kl_div/1000000 kl_div/16000000
    hinge_embedding/10000 hinge_embedding/1000000
    gaussian_nll/10000 gaussian_nll/1000000
    sigmoid_focal/10000 sigmoid_focal/1000000
    quantile/10000 quantile/1000000
    log_cosh/10000 log_cosh/1000000
    margin_ranking/10000 margin_ranking/1000000
    cross_entropy/8x10 cross_entropy/4000000x2 cross_entropy/1000000x4 cross_entropy/100000x10
    cross_entropy/64x1000 cross_entropy/4096x1000 cross_entropy/256x32000
    cross_entropy/512x128000 cross_entropy/8x21x256x256 cross_entropy/4x2x512x512
    cross_entropy_smoothing/4096x1000
    cross_entropy_probabilities/4096x1000
    nll/4096x1000 nll/8x21x256x256
    multilabel_soft_margin/1024x1000
    multi_margin/1024x1000
    multilabel_margin/256x100
    linear_cross_entropy/2048x256x32000 linear_cross_entropy/1024x512x32000
    adaptive_log_softmax/1024x512x32000
    dice/4x21x256x256 jaccard/4x21x256x256 lovasz_softmax/4x21x256x256
    giou/131072 ciou/131072
    info_nce/512x128 nt_xent/512x128 sup_con/512x128
    sigmoid/1000000 logsigmoid/1000000
    softmax/4096x1000 log_softmax/4096x1000 logsumexp/4096x1000
    cosine_embedding/1024x128 cosine_embedding/400000x4
    triplet_margin/1024x128 triplet_margin/65536x16 triplet_margin_with_distance/1024x128
    pairwise_distance/1024x128 cosine_similarity/1024x128
    mse/1000x1000/double mse/1000x1000/float16 mse/1000x1000/transposed
    cross_entropy/4096x1000/double cross_entropy/4096x1000/float16 cross_entropy/4096x1000/transposed
    ctc/T50-N16-C20-S30 ctc/T150-N16-C64-S40 ctc/T500-N32-C32-S100 ctc/T1000-N16-C5000-S150
    rnnt/T150-N8-C256-S29 rnnt_joined/T150-N8-C256-S29
""".split()


# The cutoffs of the adaptive softmax.
ADAPTIVE_CUTOFFS = [2000, 10_000]


def parse(name):
    """Returns the loss of a row, its shape and its format."""
    loss, size, *formats = name.split("/")
    return loss, [int(length) for length in re.findall(r"\d+", size)], formats[0] if formats else "float"


def kind(name):
    """Returns what the loss of a row is of."""
    loss = parse(name)[0]
    return next(kind for kind, losses in KINDS.items() if loss in losses)


def classes(name):
    """Returns the number of classes of a row, or `None` if its loss has no class axis."""
    return parse(name)[1][1] if kind(name) in ["classes", "regions"] else None


class Row:
    """What a loss is called with."""

    def __init__(self, name):
        self.loss, shape, self.format = parse(name)
        inputs = Inputs()
        self.arguments = FORMATS[self.format](ARGUMENTS[self.loss](inputs, shape))
        # The gradient is with respect to this many of the first arguments.
        self.differentiated = DIFFERENTIATED.get(self.loss, 1)
        make_upstream = UPSTREAM.get(self.loss, lambda inputs, shape: numpy.ones(()))
        self.upstream = make_upstream(inputs, shape).astype(self.arguments[0].dtype)


class Inputs:
    """Random arrays, the same ones on every run."""

    def __init__(self):
        self.generator = numpy.random.default_rng(0)

    def normal(self, shape):
        return self.generator.standard_normal(shape, dtype=numpy.float32)

    def uniform(self, shape, low=0, high=1):
        return low + numpy.float32(high - low) * self.generator.random(shape, dtype=numpy.float32)

    def integers(self, shape, low, high):
        return self.generator.integers(low, high, shape)

    def signs(self, shape):
        return 2 * self.integers(shape, 0, 2).astype(numpy.float32) - 1


def elementwise(inputs, shape):
    return inputs.normal(shape), inputs.uniform(shape)


def elementwise_signs(inputs, shape):
    return inputs.normal(shape), inputs.signs(shape)


def without_classes(shape):
    batch, classes, *rest = shape
    return [batch, *rest]


def labelled(inputs, shape):
    return inputs.normal(shape), inputs.integers(without_classes(shape), 0, shape[1])


def weighted_labelled(inputs, shape):
    """With a weight for each class, and a label in ten ignored."""
    scores, labels = labelled(inputs, shape)
    ignored = inputs.integers(labels.shape, 0, 10) == 0
    return scores, numpy.where(ignored, -100, labels), inputs.uniform(shape[1:2], 0.5, 1.5)


def weighted_elementwise(inputs, shape):
    """With a weight for each element, and one for the positive ones in each column."""
    return *elementwise(inputs, shape), inputs.uniform(shape), inputs.uniform(shape[1:], 0.5, 1.5)


def vectors(count):
    return lambda inputs, shape: [inputs.normal(shape) for _ in range(count)]


def vectors_signs(inputs, shape):
    return inputs.normal(shape), inputs.normal(shape), inputs.signs(shape[:1])


def with_probabilities(inputs, shape):
    exponentials = numpy.exp(inputs.normal(shape))
    return inputs.normal(shape), exponentials / exponentials.sum(1, keepdims=True)


def linear_head(inputs, shape):
    samples, features, classes = shape
    weight = inputs.normal([classes, features]) / numpy.float32(features**0.5)
    return inputs.normal([samples, features]), weight, inputs.integers([samples], 0, classes)


def adaptive_head(inputs, shape):
    """The weights of the head, then projection and weights of each tail, as PyTorch has them with its defaults."""
    samples, features, classes = shape
    ends = [*ADAPTIVE_CUTOFFS, classes]

    def weight(count, width):
        return inputs.uniform([count, width], -1, 1) / numpy.float32(width**0.5)

    weights = [weight(ends[0] + len(ADAPTIVE_CUTOFFS), features)]
    for index, (start, end) in enumerate(zip(ends, ends[1:])):
        width = features // 4 ** (index + 1)
        weights += [weight(width, features), weight(end - start, width)]
    return inputs.normal([samples, features]), *weights, inputs.integers([samples], 0, classes)


def boxes(inputs, shape):
    def some():
        corners = inputs.uniform([*shape, 2], 0, 0.5)
        return numpy.concatenate([corners, corners + inputs.uniform([*shape, 2], 0.1, 0.5)], axis=1)

    return some(), some()


def rnnt_targets(inputs, shape):
    frames, batch, classes, labels = shape
    lengths = [numpy.full([batch], length, numpy.int32) for length in [frames, labels]]
    return inputs.integers([batch, labels], 1, classes).astype(numpy.int32), *lengths


def rnnt(inputs, shape):
    frames, batch, classes, labels = shape
    return inputs.normal([batch, frames, labels + 1, classes]), *rnnt_targets(inputs, shape)


def rnnt_joined(inputs, shape):
    frames, batch, classes, labels = shape
    encoder, predictor = inputs.normal([batch, frames, classes]), inputs.normal([batch, labels + 1, classes])
    return encoder, predictor, *rnnt_targets(inputs, shape)


def ctc(inputs, shape):
    frames, batch, classes, labels = shape
    scores = inputs.normal([frames, batch, classes])
    log_probabilities = scores - numpy.log(numpy.exp(scores).sum(2, keepdims=True))
    targets = inputs.integers([batch, labels], 1, classes)
    target_lengths = inputs.integers([batch], labels // 2, labels + 1)
    return log_probabilities, targets, numpy.full([batch], frames), target_lengths


ARGUMENTS = {
    "l1": elementwise,
    "mse": elementwise,
    "mse_unreduced": elementwise,
    "smooth_l1": elementwise,
    "huber": elementwise,
    "bce": lambda inputs, shape: (inputs.uniform(shape, 0.01, 0.99), inputs.uniform(shape)),
    "bce_with_logits": elementwise,
    "bce_with_logits_weighted": weighted_elementwise,
    "soft_margin": elementwise_signs,
    "poisson_nll": elementwise,
    "kl_div": elementwise,
    "hinge_embedding": elementwise_signs,
    "gaussian_nll": lambda inputs, shape: (*elementwise(inputs, shape), inputs.uniform(shape, 0.1, 1.1)),
    "margin_ranking": lambda inputs, shape: (inputs.normal(shape), *elementwise_signs(inputs, shape)),
    "sigmoid_focal": elementwise,
    "quantile": elementwise,
    "log_cosh": elementwise,
    "cross_entropy": labelled,
    "cross_entropy_smoothing": labelled,
    "cross_entropy_weighted": weighted_labelled,
    "cross_entropy_unreduced": labelled,
    "cross_entropy_probabilities": with_probabilities,
    "nll": labelled,
    "multilabel_soft_margin": elementwise,
    "multi_margin": labelled,
    "multilabel_margin": lambda inputs, shape: (inputs.normal(shape), inputs.integers(shape, 0, shape[1])),
    "linear_cross_entropy": linear_head,
    "adaptive_log_softmax": adaptive_head,
    "dice": labelled,
    "jaccard": labelled,
    "lovasz_softmax": labelled,
    "giou": boxes,
    "ciou": boxes,
    "info_nce": vectors(2),
    "nt_xent": vectors(2),
    "sup_con": lambda inputs, shape: (inputs.normal(shape), inputs.integers(shape[:1], 0, 10)),
    "sigmoid": vectors(1),
    "logsigmoid": vectors(1),
    "softmax": vectors(1),
    "log_softmax": vectors(1),
    "logsumexp": vectors(1),
    "cosine_embedding": vectors_signs,
    "triplet_margin": vectors(3),
    "triplet_margin_with_distance": vectors(3),
    "pairwise_distance": vectors(2),
    "cosine_similarity": vectors(2),
    "ctc": ctc,
    "rnnt": rnnt,
    "rnnt_joined": rnnt_joined,
}

# What the losses are of.
KINDS = {
    "elements": """
        l1 mse mse_unreduced smooth_l1 huber bce bce_with_logits bce_with_logits_weighted soft_margin poisson_nll kl_div
        hinge_embedding gaussian_nll margin_ranking sigmoid_focal quantile log_cosh sigmoid logsigmoid
    """.split(),
    "classes": """
        cross_entropy cross_entropy_smoothing cross_entropy_weighted cross_entropy_unreduced cross_entropy_probabilities
        nll multilabel_soft_margin multi_margin multilabel_margin softmax log_softmax logsumexp
    """.split(),
    "linear heads": "linear_cross_entropy adaptive_log_softmax".split(),
    "regions": "dice jaccard lovasz_softmax".split(),
    "boxes": "giou ciou".split(),
    "vectors": """
        cosine_embedding triplet_margin triplet_margin_with_distance pairwise_distance cosine_similarity
    """.split(),
    "similarities": "info_nce nt_xent sup_con".split(),
    "sequences": "ctc rnnt rnnt_joined".split(),
}

DIFFERENTIATED = {
    "margin_ranking": 2,
    "linear_cross_entropy": 2,
    "adaptive_log_softmax": 6,
    "info_nce": 2,
    "nt_xent": 2,
    "rnnt_joined": 2,
    "cosine_embedding": 2,
    "triplet_margin": 3,
    "triplet_margin_with_distance": 3,
    "pairwise_distance": 2,
    "cosine_similarity": 2,
}

# For functions that are not reduced. The upstream gradient of a loss is 1.
UPSTREAM = {
    "mse_unreduced": Inputs.normal,
    "cross_entropy_unreduced": lambda inputs, shape: inputs.normal(without_classes(shape)),
    "sigmoid": Inputs.normal,
    "logsigmoid": Inputs.normal,
    "softmax": Inputs.normal,
    "log_softmax": Inputs.normal,
    "logsumexp": lambda inputs, shape: inputs.normal(without_classes(shape)),
    "pairwise_distance": lambda inputs, shape: inputs.normal(shape[:1]),
    "cosine_similarity": lambda inputs, shape: inputs.normal(shape[:1]),
}


def with_floats(name):
    def convert(arguments):
        dtype = numpy.dtype(name)
        return [each.astype(dtype) if each.dtype == numpy.float32 else each for each in arguments]

    return convert


def with_transposed_input(arguments):
    first, *others = arguments
    return [numpy.ascontiguousarray(first.T).T, *others]


def with_channels_last(arguments):
    first, *others = arguments
    return [numpy.moveaxis(numpy.ascontiguousarray(numpy.moveaxis(first, 1, -1)), -1, 1), *others]


FORMATS = {
    "float": lambda arguments: arguments,
    "double": with_floats("float64"),
    "float16": with_floats("float16"),
    "bfloat16": with_floats("bfloat16"),
    "transposed": with_transposed_input,
    "channels_last": with_channels_last,
}
