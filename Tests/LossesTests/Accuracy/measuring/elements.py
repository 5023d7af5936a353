"""The kinds of input of the losses of elements, ordinary and adverse."""

import numpy as np

SIZE = 24


def differences(draw):
    x, t = draw.normal(SIZE), draw.normal(SIZE)
    yield "random", x, t
    yield "offset", draw.normal(SIZE, offset=4096), draw.normal(SIZE, offset=4096)
    yield "ties", x, draw.beside(x)
    yield "tiny", x * draw.cast(draw.tiny), t * draw.cast(draw.tiny)
    yield "huge", x * draw.cast(draw.huge), t * draw.cast(draw.huge)
    yield "mixed", x * draw.powers(-6, 6, SIZE), t * draw.powers(-6, 6, SIZE)


def regression(**options):
    def arguments(draw):
        for kind, x, t in differences(draw):
            yield kind, {"input": x, "target": t, **options}

    return arguments


def weighted_regression(**options):
    def arguments(draw):
        for kind, values in regression(**options)(draw):
            yield kind, values | {"weight": draw.uniform(0.25, 2, SIZE)}

    return arguments


def poisson(draw, log_input, full):
    def each(kind, x, t):
        return kind, {"input": x, "target": t, "log_input": log_input, "full": full, "eps": 1e-8}

    counts = draw.cast(draw.random.integers(2, 60, SIZE))
    if log_input:
        x = draw.normal(SIZE)
        yield each("random", x, counts)
        yield each("small rates", draw.uniform(-40, -10, SIZE), draw.uniform(0, 1, SIZE))
        yield each("large rates", draw.uniform(10, 40, SIZE), draw.powers(2, 10, SIZE))
        x = draw.uniform(0.5, 4, SIZE)
        yield each("cancelling", x, draw.cast(np.exp(x.astype(float)) / x))
    else:
        yield each("random", draw.uniform(0.1, 60, SIZE), counts)
        yield each("small rates", draw.powers(-12, -3, SIZE), draw.uniform(0, 1, SIZE))
        yield each("large rates", draw.powers(3, 10, SIZE), draw.powers(2, 8, SIZE))
        yield each("near one", draw.cast(1 + draw.epsilon * draw.labels(99, SIZE)), counts)


def gaussian(draw, full):
    for kind, x, t in differences(draw):
        if kind != "huge":
            yield kind, {"input": x, "target": t, "var": draw.powers(-3, 3, SIZE), "full": full, "eps": 1e-6}
    x, t = draw.normal(SIZE), draw.normal(SIZE)
    square = np.maximum((x.astype(float) - t) ** 2, 1e-4)
    yield "likely", {"input": x, "target": t, "var": draw.cast(square), "full": full, "eps": 1e-6}
    yield "var near one", {"input": x, "target": draw.beside(x), "var": draw.cast(1 + draw.normal(SIZE) * 1e-4),
                           "full": full, "eps": 1e-6}


def divergence(draw, log_target):
    def each(kind, x, t):
        with np.errstate(divide="ignore"):
            return kind, {"input": draw.cast(np.log(x.astype(float))), "log_target": log_target,
                          "target": draw.cast(np.log(t.astype(float))) if log_target else draw.cast(t)}

    p = draw.probabilities(4, 6)
    yield each("random", p, draw.probabilities(4, 6))
    yield each("wide", draw.powers(-30, 0, 4, 6), draw.powers(-30, 0, 4, 6))
    yield each("near", p, p * (1 + 1e-3 * draw.normal(4, 6)))
    yield each("ties", p, draw.beside(p))
    yield each("certain", 1 - draw.powers(-6, -3, 4, 6), 1 - draw.powers(-6, -3, 4, 6))


def shares(draw, *shape):
    """What may stand for the probability of a yes: soft, and nearly or exactly certain."""
    soft = draw.random.uniform(0, 1, shape)
    return draw.cast(np.where(draw.random.random(shape) < 0.5, soft, np.round(soft)))


def binary(draw):
    t = shares(draw, SIZE)
    yield "random", {"input": draw.uniform(0.01, 0.99, SIZE), "target": t}
    yield "small", {"input": draw.powers(-11, -2, SIZE), "target": t}
    near = draw.cast(1 - 10 ** draw.random.uniform(-6, -2, SIZE))
    yield "near one", {"input": near, "target": t}
    yield "certain", {"input": near, "target": draw.cast(np.ones(SIZE))}
    yield "half", {"input": draw.beside(np.full(SIZE, 0.5)), "target": t}


def weighted_binary(draw):
    for kind, values in binary(draw):
        yield kind, values | {"weight": draw.uniform(0.25, 2, SIZE)}


def logit_kinds(draw, size=SIZE):
    yield "random", draw.normal(size, scale=3)
    yield "near zero", draw.normal(size, scale=1e-3)
    yield "tiny", draw.normal(size, scale=draw.tiny)
    yield "far", draw.uniform(10, 80, size) * draw.signs(size)
    yield "positive", draw.uniform(5, 80, size)
    yield "negative", draw.uniform(-80, -5, size)
    yield "huge", draw.normal(size, scale=1e4)


def logits(*weights):
    def arguments(draw):
        for kind, x in logit_kinds(draw):
            yield kind, {"input": x, "target": shares(draw, SIZE),
                         **{weight: draw.uniform(0.25, 4, SIZE) for weight in weights}}
        certain = draw.uniform(4, 80, SIZE) * draw.signs(SIZE)
        yield "certain", {"input": certain, "target": draw.cast(certain > 0),
                          **{weight: draw.uniform(0.25, 4, SIZE) for weight in weights}}

    return arguments


def answers(draw):
    for kind, x in logit_kinds(draw):
        yield kind, {"input": x, "target": draw.signs(SIZE)}


def many_labels(draw, is_weighted):
    for kind, values in logits()(draw):
        values = {name: array.reshape(4, 6) for name, array in values.items()}
        yield kind, values | ({"weight": draw.uniform(0.25, 4, 6)} if is_weighted else {})


def activation(draw):
    for kind, x in logit_kinds(draw):
        yield kind, {"input": x}


def ranking(draw):
    for kind, x, y in differences(draw):
        yield kind, {"input1": x, "input2": y, "target": draw.signs(SIZE), "margin": 0.5}


def hinges(draw):
    for kind, x in logit_kinds(draw):
        yield kind, {"input": x, "target": draw.signs(SIZE), "margin": 1.0}


def quantiles(draw):
    for kind, x, t in differences(draw):
        yield kind, {"input": x.reshape(-1, 3), "target": t[::3], "quantiles": [0.1, 0.5, 0.9]}


def rates(draw):
    """Logarithms of means, and what was seen."""
    counts = draw.cast(draw.random.integers(2, 60, SIZE))
    yield "random", {"input": draw.normal(SIZE), "target": counts, "power": 1.5}
    yield "small", {"input": draw.uniform(-20, -5, SIZE), "target": draw.uniform(0, 1, SIZE), "power": 1.5}
    yield "large", {"input": draw.uniform(5, 20, SIZE), "target": draw.powers(2, 8, SIZE), "power": 1.5}


def dispersed(draw):
    counts = draw.cast(draw.random.integers(0, 60, SIZE))
    for kind, mean, dispersion in [
        ("random", draw.uniform(0.1, 60, SIZE), draw.uniform(0.1, 3, SIZE)),
        ("nearly Poisson", draw.uniform(0.1, 60, SIZE), draw.powers(-6, -3, SIZE)),
        ("large", draw.powers(2, 6, SIZE), draw.powers(-1, 1, SIZE)),
    ]:
        yield kind, {"input": mean, "dispersion": dispersion, "target": counts}


def focal(draw):
    for kind, arguments in logits()(draw):
        yield kind, arguments | {"alpha": 0.25, "gamma": 2.0}


def asymmetric(draw):
    for kind, x in logit_kinds(draw):
        yield kind, {"input": x, "target": draw.cast(draw.random.integers(0, 2, SIZE)),
                     "negative_gamma": 4.0, "positive_gamma": 1.0, "clip": 0.05}
