"""The kinds of input of the losses of vectors, and of sequences."""

import numpy as np

VECTORS, LENGTH = 5, 12
TRIPLET = ("anchor", "positive", "negative")


def vectors(draw, *shape, scale=1, offset=0):
    return draw.normal(*(shape or (VECTORS, LENGTH)), scale=scale, offset=offset)


def angles(draw):
    def each(kind, a, b):
        return kind, {"input1": a, "input2": b, "target": draw.signs(len(a)), "margin": 0.25}

    a, b = vectors(draw), vectors(draw)
    yield each("random", a, b)
    yield each("offset", vectors(draw, offset=100), vectors(draw, offset=100))
    yield each("tiny and huge", a * draw.cast(1e-2), b * draw.cast(1e7))
    near = a, draw.cast(a + 1e-3 * b)
    yield "near", {**each("", *near)[1], "target": draw.cast(np.ones(len(a)))}
    yield "parallel", {**each("", a, draw.beside(a))[1], "target": draw.cast(np.ones(len(a)))}
    yield each("orthogonal", a, draw.cast(b - a * (a * b).sum(1, keepdims=True) / (a * a).sum(1, keepdims=True)))
    yield each("long", vectors(draw, 2, 400), vectors(draw, 2, 400))


def triplet_kinds(draw):
    a, p, n = vectors(draw), vectors(draw), vectors(draw)
    yield "random", a, p, n
    yield "offset", *(vectors(draw, offset=4096) for _ in range(3))
    yield "near", a, draw.cast(a + 1e-3 * p), draw.cast(a + 1e-3 * n)
    yield "ties", a, draw.cast(a + 0.5 * p), draw.cast(a - draw.beside(0.5 * p))
    yield "large", a * draw.cast(1e6), p * draw.cast(1e6), n * draw.cast(1e6)
    yield "long", *(vectors(draw, 2, 400) for _ in range(3))


def triplets(p=2.0, swap=False):
    def arguments(draw):
        # The distances to it are much larger than their difference.
        far = "anchor far away", vectors(draw, offset=1000), vectors(draw), vectors(draw)
        for kind, *vectors_of_kind in (*triplet_kinds(draw), far):
            yield kind, dict(zip(TRIPLET, vectors_of_kind)) | {"margin": 1.0, "p": p, "eps": 1e-6, "swap": swap}

    return arguments


def cosine_triplets(draw):
    for kind, *vectors in triplet_kinds(draw):
        yield kind, dict(zip(TRIPLET, vectors)) | {"distance_function": "cosine", "margin": 0.5, "swap": False}


def sequences(draw):
    def each(kind, frames, scores, labels):
        scores = scores - scores.max(-1, keepdims=True)
        log_probs = draw.cast(scores - np.log(np.exp(scores).sum(-1, keepdims=True)))
        return kind, {"log_probs": log_probs, "targets": labels, "input_lengths": [frames, frames - 3],
                      "target_lengths": [labels.shape[1], labels.shape[1] - 1], "blank": 0, "zero_infinity": False}

    def scores(frames, classes, scale=1.0):
        return scale * draw.random.standard_normal((frames, 2, classes))

    def labels(count, classes):
        return draw.random.integers(1, classes, (2, count))

    yield each("random", 20, scores(20, 6), labels(5, 6))
    yield each("peaked", 20, scores(20, 6, 8), labels(5, 6))
    yield each("flat", 20, scores(20, 6, 1e-3), labels(5, 6))
    # Each label in two frames, the last in all that follow: that path is near certain.
    target = np.array([[1, 2, 3, 4, 5]] * 2)
    path = np.minimum(1 + np.arange(20) // 2, 5)
    for gap in (4, 12, 30):
        certain = scores(20, 6)
        certain[np.arange(20), :, path] += gap
        yield each(f"certain {gap}", 20, certain, target)
    yield each("long", 120, scores(120, 4), labels(20, 4))


def boxes(draw):
    def some(scale=1, offset=0):
        corners, sides = draw.uniform(0, 1, 8, 2), draw.uniform(0.2, 1, 8, 2)
        return draw.cast(np.concatenate([corners, corners + sides], 1) * scale + offset)

    a = some()
    for kind, x, t in [
        ("random", a, some()), ("offset", some(offset=64), some(offset=64)), ("large", some(1000), some(1000)),
        ("small", some(1e-3), some(1e-3)), ("apart", a, some(offset=5)), ("near", a, draw.cast(a + 1e-3 * draw.normal(8, 4))),
        ("ties", a, draw.beside(a)),
    ]:
        yield kind, {"input": x, "target": t, "eps": 1e-7}


def pair_kinds(draw):
    a, b = vectors(draw), vectors(draw)
    yield "random", a, b
    yield "offset", vectors(draw, offset=100), vectors(draw, offset=100)
    yield "tiny and huge", a * draw.cast(1e-2), b * draw.cast(1e7)
    yield "near", a, draw.cast(a + 1e-3 * b)
    yield "long", vectors(draw, 3, 400), vectors(draw, 3, 400)


def contrasted(first, second, **options):
    def arguments(draw):
        for kind, a, b in pair_kinds(draw):
            yield kind, {first: a, second: b, **options}

    return arguments


def sigmoid_pairs(draw):
    for kind, a, b in pair_kinds(draw):
        if kind in ("random", "near", "long"):
            a, b = (draw.cast(x / np.linalg.norm(x.astype(float), axis=1, keepdims=True)) for x in (a, b))
            yield kind, {"input1": a, "input2": b, "scale": 10.0, "bias": -10.0}


def labelled_vectors(draw):
    for kind, a, b in pair_kinds(draw):
        if kind != "tiny and huge":
            yield kind, {"input": np.concatenate([a, b]), "target": np.tile(np.arange(len(a)) % 2, 2), "temperature": 0.1}


def angular(margin):
    def arguments(draw):
        for kind, a, b in pair_kinds(draw):
            if kind != "near":
                yield kind, {"input": a, "class_weights": b, "target": draw.labels(len(b), len(a)), "margin": margin,
                             "scale": 16.0}

    return arguments


def transduced(draw):
    def each(kind, frames, labels, scores):
        return kind, {"logits": draw.cast(scores), "targets": draw.random.integers(1, 5, (2, labels)).astype(np.int64),
                      "logit_lengths": [frames, frames - 1], "target_lengths": [labels, labels - 1], "blank": 0}

    def scores(frames, labels, scale):
        return scale * draw.random.standard_normal((2, frames, labels + 1, 5))

    yield each("random", 6, 3, scores(6, 3, 1))
    yield each("peaked", 6, 3, scores(6, 3, 8))
    yield each("flat", 6, 3, scores(6, 3, 1e-3))
    yield each("offset", 6, 3, scores(6, 3, 1) + 1000)
    yield each("long", 30, 8, scores(30, 8, 1))
