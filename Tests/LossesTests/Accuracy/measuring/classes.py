"""The kinds of input along a class axis."""

import numpy as np

ROWS, CLASSES = 6, 8


def score_kinds(draw, labels):
    """Scores of a few samples, and of those in which a class is near certain, the right one or another."""
    shape = len(labels), CLASSES
    peak = np.eye(CLASSES)[labels] * draw.random.uniform(5, 90, (len(labels), 1))
    yield "random", draw.normal(*shape, scale=3)
    yield "offset", draw.normal(*shape, scale=3, offset=1e4)
    yield "certain", draw.cast(peak + draw.normal(*shape))
    yield "wrong", draw.cast(np.roll(peak, 1, 1) + draw.normal(*shape))
    yield "certain, offset", draw.cast(np.round(peak * 16) / 16 - 512)
    yield "ties", draw.beside(np.full(shape, 3.0))
    yield "tiny", draw.normal(*shape, scale=draw.tiny)
    yield "large", draw.normal(*shape, scale=1e3)
    yield "many classes", draw.normal(2, 300, scale=3)


def labelled(smoothing=0.0, is_weighted=False):
    def arguments(draw):
        labels = draw.labels(CLASSES, ROWS)
        for kind, x in score_kinds(draw, labels):
            target = labels if len(x) == ROWS else draw.labels(x.shape[1], len(x))
            yield kind, {"input": x, "target": target, "ignore_index": -100, "label_smoothing": smoothing,
                         "weight": draw.uniform(0.25, 2, x.shape[1]) if is_weighted else None}

    return arguments


def probable(smoothing=0.0, is_weighted=False):
    def arguments(draw):
        labels = draw.labels(CLASSES, ROWS)
        for kind, x in score_kinds(draw, labels):
            t = draw.probabilities(*x.shape)
            if kind.startswith("certain"):
                t = draw.cast(np.eye(CLASSES)[labels])
            yield kind, {"input": x, "target": t, "ignore_index": -100, "label_smoothing": smoothing,
                         "weight": draw.uniform(0.25, 2, x.shape[1]) if is_weighted else None}
        # Where the softmax is the target, the gradient is 0, but for rounding.
        yield "solved", {"input": draw.cast(np.log(t.astype(float))), "target": t, "ignore_index": -100,
                         "label_smoothing": 0.0, "weight": None}

    return arguments


def log_probabilities(draw, is_weighted):
    labels = draw.labels(CLASSES, ROWS)
    for kind, x in score_kinds(draw, labels):
        target = labels if len(x) == ROWS else draw.labels(x.shape[1], len(x))
        x = x.astype(float)
        x = x - x.max(1, keepdims=True)
        yield kind, {"input": draw.cast(x - np.log(np.exp(x).sum(1, keepdims=True))), "target": target,
                     "ignore_index": -100, "weight": draw.uniform(0.25, 2, x.shape[1]) if is_weighted else None}


def multi_margin(p, is_weighted=False):
    def arguments(draw):
        labels = draw.labels(CLASSES, ROWS)
        for kind, x in score_kinds(draw, labels):
            target = labels if len(x) == ROWS else draw.labels(x.shape[1], len(x))
            yield kind, {"input": x, "target": target, "p": p, "margin": 1.0,
                         "weight": draw.uniform(0.25, 2, x.shape[1]) if is_weighted else None}

    return arguments


def multilabel_margin(draw):
    for kind, x in score_kinds(draw, draw.labels(CLASSES, ROWS)):
        target = np.array([draw.random.permutation(x.shape[1]) for _ in x])
        target[:, 4:] = -1
        yield kind, {"input": x, "target": target}


def along_an_axis(dim):
    def arguments(draw):
        for kind, x in score_kinds(draw, draw.labels(CLASSES, ROWS)):
            yield kind, {"input": x if dim == -1 else np.ascontiguousarray(x.T), "dim": dim}

    return arguments


def of_labels(without=(), **options):
    def arguments(draw):
        labels = draw.labels(CLASSES, ROWS)
        for kind, x in score_kinds(draw, labels):
            if kind in without:
                continue
            target = labels if len(x) == ROWS else draw.labels(x.shape[1], len(x))
            yield kind, {"input": x, "target": target, **options}

    return arguments


def hidden(draw):
    """Hidden states and the weights of a linear layer, whose products are the scores."""
    for kind, scale, offset in [("random", 1, 0), ("small", 1e-3, 0), ("large", 10, 0), ("offset", 1, 30)]:
        yield kind, {"input": draw.normal(ROWS, 12, scale=scale, offset=offset), "linear_weight": draw.normal(20, 12),
                     "target": draw.labels(20, ROWS)}


def regions(**options):
    def arguments(draw):
        labels = np.array([[0, 1, 2, 2, 1, 0, 1], [2, 0, 0, 1, 1, 2, 0]])
        peak = np.moveaxis(np.eye(3)[labels], -1, 1)
        for kind, x in [
            ("random", draw.normal(2, 3, 7, scale=3)), ("offset", draw.normal(2, 3, 7, scale=3, offset=1e4)),
            ("tiny", draw.normal(2, 3, 7, scale=draw.tiny)), ("right", draw.normal(2, 3, 7) + draw.cast(5 * peak)),
            ("wrong", draw.normal(2, 3, 7) - draw.cast(5 * peak)),
            ("certain", draw.normal(2, 3, 7) + draw.cast(draw.random.uniform(20, 60) * peak)),
        ]:
            yield kind, {"input": x, "target": labels, **options}

    return arguments


def two_regions(draw):
    for kind, scale in [("random", 1), ("small", 1e-3), ("large", 100)]:
        yield kind, {"input": draw.normal(2, 7, scale=scale), "target": draw.labels(2, 2, 7)}
