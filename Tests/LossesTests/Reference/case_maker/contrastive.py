"""Cases of the losses of similarities between vectors."""

import torch

from .machinery import DTYPES, LAYOUTS, NAN, REDUCTIONS, in_layouts, short


def vectors(cases, count, features, dtype):
    return cases.floats((count, features), dtype, -2, 2)


def conditioned(cases, draw):
    """What `draw` returns, once no value is so small that PyTorch has lost digits of it, and no gradient nothing but
    what rounding leaves of 0."""
    while True:
        drawn = draw()
        results = cases.evaluate(cases.defaults | drawn | {"reduction": "none"}, torch.float64)[0]
        values = results.pop("value")
        if ((values == 0) | (values > 1e-3)).all() and not any(
                0 < gradient.abs().max() < 1e-5 for gradient in results.values() if gradient.numel()):
            return drawn


def options(cases, data, draws, layouts=LAYOUTS):
    """With each option, every reduction; and nearly every layout with every other option."""
    for i, (option, draw) in enumerate(draws.items()):
        dtype = DTYPES[i % 2]
        cases.accept_each(f"option/{option}/{short(dtype)}", **conditioned(cases, lambda: data(3, 3, dtype) | draw(dtype)))
        for j, layout in enumerate(layouts):
            # Beside a permuted tensor comes one of equal vectors, where the gradient is what rounding leaves of 0.
            if (i + j) % 2 or layout == "permuted":
                continue
            dtype = DTYPES[(i + j) // 2 % 2]
            drawn = conditioned(cases, lambda: in_layouts(data(3, 3, dtype) | draw(dtype), j))
            cases.accept(f"layout/{option}/{layout}/{short(dtype)}", **drawn, reduction=REDUCTIONS[(i + j) % 3])


def edges(cases, data, first):
    """One vector of zeros, vectors of other magnitudes, and a single vector."""
    for name, factor in (("zero", 0), ("short", 1e-7), ("long", 1e9)):
        def draw():
            drawn = data(3, 4, torch.float64)
            drawn[first][1] *= factor
            return drawn

        cases.accept_each(f"edge/{name}", **conditioned(cases, draw))
    cases.accept_each("edge/single", **conditioned(cases, lambda: data(1, 3, torch.float64)))


def refuse(cases, **valid):
    first = next(iter(valid))
    for shape in ((3,), (3, 2, 1), ()):
        cases.refuse(f"shape/{shape}", **valid | {first: torch.ones(shape)})
    cases.refuse("reduction", **valid, reduction="average")


def refuse_temperatures(cases, **valid):
    for temperature in (0.0, -1.0, NAN):
        cases.refuse(f"temperature/{temperature}", **valid, temperature=temperature)


def info_nce(cases):
    def data(count, features, dtype):
        return {"query": vectors(cases, count, features, dtype), "positive": vectors(cases, count, features, dtype)}

    def temperature(dtype):
        return {"temperature": cases.floats((), dtype, 0.1, 2)}

    draws = {
        "plain": lambda dtype: {},
        "temperature": lambda dtype: {"temperature": cases.random.randint(1, 20) / 10},
        "learned": temperature,
        "symmetric": lambda dtype: {"symmetric": True},
        "symmetric+learned": lambda dtype: {"symmetric": True} | temperature(dtype),
    }
    options(cases, data, draws)

    def against(count, features, dtype):
        return data(count, features, dtype) | {"negatives": vectors(cases, 5, features, dtype)}

    options(cases, against, {f"negatives+{name}": draws[name] for name in ("plain", "learned")})
    edges(cases, data, "query")
    drawn = against(2, 3, torch.float64)
    cases.accept_each("edge/no_negatives", **drawn | {"negatives": drawn["negatives"][:0]})
    drawn["negatives"][1] = 0
    cases.accept_each("edge/zero_negative", **drawn)
    ones = torch.ones(2, 3)
    refuse(cases, query=ones, positive=ones)
    for shape in ((2, 2), (3, 3)):
        cases.refuse(f"positive/{shape}", query=ones, positive=torch.ones(shape))
    for shape in ((4, 2), (3,)):
        cases.refuse(f"negatives/{shape}", query=ones, positive=ones, negatives=torch.ones(shape))
    refuse_temperatures(cases, query=ones, positive=ones)
    for temperature in (torch.tensor(0.0), torch.tensor(-2.0), torch.tensor([0.5, 0.25])):
        cases.refuse(f"learned/{temperature.tolist()}", query=ones, positive=ones, temperature=temperature)


def pairs(cases):
    return lambda count, features, dtype: {"input1": vectors(cases, count, features, dtype),
                                           "input2": vectors(cases, count, features, dtype)}


def refuse_pairs(cases, **valid):
    ones = torch.ones(2, 3)
    refuse(cases, input1=ones, input2=ones, **valid)
    for shape in ((2, 2), (3, 3)):
        cases.refuse(f"input2/{shape}", input1=ones, input2=torch.ones(shape), **valid)


def nt_xent(cases):
    options(cases, pairs(cases), {
        "plain": lambda dtype: {}, "temperature": lambda dtype: {"temperature": cases.random.randint(1, 20) / 10}})
    edges(cases, pairs(cases), "input2")
    refuse_pairs(cases)
    refuse_temperatures(cases, input1=torch.ones(2, 3), input2=torch.ones(2, 3))


def sup_con(cases):
    def data(count, features, dtype):
        labels = cases.random.choice((torch.int64, torch.int32, torch.uint8))
        return {"input": vectors(cases, count, features, dtype), "target": cases.indices((count,), 2, labels)}

    # Where all vectors have one direction, the gradient is 0 but for rounding.
    layouts = [layout for layout in LAYOUTS if not layout.startswith("broadcast")]
    options(cases, data, {
        "plain": lambda dtype: {}, "temperature": lambda dtype: {"temperature": cases.random.randint(1, 20) / 10}},
        layouts)
    edges(cases, data, "input")
    drawn = data(5, 3, torch.float64)
    for name, labels in (("alone", [3, 1, 4, 0, 2]), ("one_alone", [7, 7, -3, 7, 7]), ("one_class", [2] * 5)):
        cases.accept_each(f"edge/{name}", **drawn | {"target": torch.tensor(labels)})
    ones = torch.ones(2, 3)
    refuse(cases, input=ones, target=torch.tensor([0, 0]))
    for shape in ((3,), (2, 1), ()):
        cases.refuse(f"target/{shape}", input=ones, target=torch.zeros(shape, dtype=torch.int64))
    refuse_temperatures(cases, input=ones, target=torch.tensor([0, 0]))


def siglip(cases):
    def numbers(dtype):
        return {"scale": cases.floats((), dtype, 0.5, 5), "bias": cases.floats((), dtype, -5, 1)}

    options(cases, pairs(cases), {"plain": numbers, "fixed": lambda dtype: {"scale": 2.0, "bias": -3.0},
                                  "unbiased": lambda dtype: {"scale": cases.floats((), dtype, 0.5, 5)}})
    for scale in (0.0, -1.5, 1e4):
        cases.accept_each(f"edge/scale/{scale}", **pairs(cases)(3, 2, torch.float64),
                          scale=torch.tensor(scale, dtype=torch.float64))
    refuse_pairs(cases, scale=1.0, bias=0.0)


def embeddings(cases):
    def data(count, features, dtype):
        labels = cases.random.choice((torch.int64, torch.int32, torch.uint8))
        return {"input": vectors(cases, count, features, dtype), "class_weights": vectors(cases, 4, features, dtype),
                "target": cases.indices((count,), 4, labels)}

    options(cases, data, {"plain": lambda dtype: {}, "scale": lambda dtype: {"scale": 8.0},
                          "margin": lambda dtype: {"margin": cases.random.randint(1, 15) / 10, "scale": 4.0}})
    edges(cases, data, "input")
    for margin in (0.0, 3.0):
        cases.accept_each(f"edge/margin/{margin}", **data(3, 3, torch.float64), margin=margin, scale=2.0)
    valid = {"input": torch.ones(2, 3), "class_weights": torch.ones(4, 3), "target": torch.tensor([0, 3])}
    refuse(cases, **valid)
    cases.refuse("class_weights", **valid | {"class_weights": torch.ones(4, 2)})
    for labels in ([0, 4], [-1, 0], [0]):
        cases.refuse(f"target/{labels}", **valid | {"target": torch.tensor(labels)})
    for scale in (0.0, -1.0, NAN):
        cases.refuse(f"scale/{scale}", **valid, scale=scale)
    cases.refuse("margin", **valid, margin=NAN)
