"""Losses that compare pairs and triplets."""

import torch
import torch.nn.functional as F

from .elementwise import elementwise, pair, refuse_reduction, refuse_shapes
from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, in_layouts, is_in_grid, short

TRIPLET = ("anchor", "positive", "negative")


def refuse_combinations(cases, names, combinations, **extra):
    """Tensors under these names, of shapes that do not go together."""
    for shapes in combinations:
        cases.refuse("shapes/" + "/".join(map(str, shapes)),
                     **{name: torch.full(shape, 0.5) for name, shape in zip(names, shapes)}, **extra)


def margin_ranking(cases):
    names = ("input1", "input2", "target")

    def data(shape, dtype):
        return {"input1": cases.fractions(shape, dtype), "input2": cases.fractions(shape, dtype),
                "target": cases.signs(shape, dtype)}

    def each(name, *rows, dtype=torch.float64, unchecked=(), **extra):
        cases.accept_each(f"edge/{name}/{short(dtype)}", unchecked,
                          **{n: torch.tensor(row, dtype=dtype) for n, row in zip(names, rows)}, **extra)

    elementwise(cases, data, {
        "plain": lambda shape, dtype: {},
        "margin": lambda shape, dtype: {"margin": cases.random.randint(-4, 12) / 8},
    })
    for dtype in DTYPES:
        cases.accept_each(f"edge/unchecked_targets/{short(dtype)}", **data((2, 3), dtype) | {
            "target": cases.fractions((2, 3), dtype, -2, 2)}, margin=0.5)
        # At the kink the gradient passes.
        each("kinks", [1, 1, 0, 2, -0.0], [1, 0, 0, 1, 0], [1, 1, -1, -1, 0], dtype=dtype)
        for margin in (0.5, -0.5):
            each(f"kinks/{margin}", [1.5, 1, 0, 0.5], [1, 0.5, 0.5, 1], [1, -1, -1, -1], dtype=dtype, margin=margin)
    # PyTorch's slope at NaN is 0; the library's is NaN.
    each("not_a_number", [NAN, 1, 2, 1], [1, NAN, 1, 0], [1, -1, NAN, -1], unchecked=names)
    each("infinity", [-INFINITY, 1, 0.5], [0, -INFINITY, 1], [1, -1, 1])
    each("infinities", [INFINITY, 1], [INFINITY, 0.5], [1, -1])
    # No loss: what the target's gradient multiplies by 0 is infinite, and PyTorch makes that NaN.
    each("infinity/right", [INFINITY, 1, 2], [0, INFINITY, 1], [1, -1, -1], unchecked=("target",))
    refuse_combinations(cases, names, (
        ((2, 3), (2, 2), (2, 3)), ((2, 3), (2, 3), (2, 2)), ((2, 3), (3, 2), (2, 3)), ((2, 3), (3,), (2, 3)),
        ((2, 3), (2, 3), (3,)), ((3,), (2, 3), (2, 3)), ((3,), (3,), ()), ((), (), (1,)), ((3,), (2,), (3,)),
        ((2, 3), (2, 3), (2, 3, 1))))
    cases.refuse("reduction", **data((2,), torch.float32), reduction="average")


def hinge_embedding(cases):
    def data(shape, dtype):
        return {"input": cases.fractions(shape, dtype), "target": cases.signs(shape, dtype)}

    elementwise(cases, data, {
        "plain": lambda shape, dtype: {},
        "margin": lambda shape, dtype: {"margin": cases.random.randint(-4, 20) / 8},
    })
    for dtype in DTYPES:
        # At the kink the gradient passes.
        for margin in (1.0, 0.0, -1.0):
            cases.accept_each(f"edge/kinks/{short(dtype)}/{margin}", margin=margin, **pair(
                [1, 0, 2, -0.0, -1, 1], [-1, -1, -1, 1, -1, 1], dtype))
        # Neither 1 nor −1: both terms.
        cases.accept_each(f"edge/unchecked_targets/{short(dtype)}", **pair(
            [0.5, 0.5, 2, 2, 1, -1], [0, 2, 0, -2, 0.5, -0.0], dtype))
    # In PyTorch a target that is NaN costs what any does that is neither 1 nor −1, and the slope at NaN is 0.
    cases.accept_each("edge/not_a_number", ("value", "input"), **pair([NAN, NAN, 0.5, 0.25], [1, -1, NAN, -1]))
    cases.accept_each("edge/not_a_number/unchecked_target", ("input",), **pair([NAN, 0.5], [0, 1]))
    cases.accept_each("edge/infinity", **pair([INFINITY, INFINITY, -INFINITY, 0.5], [1, -1, -1, -1]))
    cases.accept_each("edge/infinity/minus", **pair([-INFINITY, 0.5], [1, -1]))
    cases.accept_each("edge/infinity/unchecked_target", **pair([INFINITY, -INFINITY, 0.5], [0, 0, 1]))
    cases.accept_each("edge/infinite_margin", margin=INFINITY, **pair([0.5, 0.25], [-1, 1]))
    refuse_shapes(cases, "target", (2,), (2, 2), (4,), (3, 2), (4, 1))
    refuse_reduction(cases)


def cosine_embedding(cases):
    """PyTorch adds 1e-12 to both squared norms, and the library need not: the two are to agree within what is allowed.
    So the vectors of these cases are neither short nor nearly parallel, unless several of them share the scale."""
    def steady(drawn):
        a, b = drawn["input1"].double(), drawn["input2"].double()
        cosine = F.cosine_similarity(a, b, dim=-1)
        apart = (cosine - drawn.get("margin", 0)).abs().min() > 0.05 and 0.1 < cosine.abs().min()
        return apart and cosine.abs().max() < 0.95 and min(a.norm(dim=-1).min(), b.norm(dim=-1).min()) > 1

    def draw(option, shape, dtype):
        target = cases.signs(shape[:-1], dtype)
        margin = {"margin": cases.random.randint(-4, 4) / 8} if option == "margin" else {}
        return {"input1": cases.floats(shape, dtype), "input2": cases.floats(shape, dtype), "target": target} | margin

    def each(name, option, shape, dtype, layout=0):
        while not steady(drawn := in_layouts(draw(option, shape, dtype), layout)):
            pass
        cases.accept_each(f"{name}/{option}", **drawn)

    for dtype in DTYPES:
        for j, option in enumerate(("plain", "margin")):
            each(f"grid/{short(dtype)}/unbatched", option, (3,), dtype, j)
            for i, layout in enumerate(LAYOUTS):
                if not is_in_grid(j, i, dtype):
                    continue
                each(f"grid/{short(dtype)}/{layout}", option, (cases.random.randint(1, 3), 2 + i % 3), dtype, i)
    each("blocks/features", "plain", (2 * cases.random.randint(130, 140) + 1,), torch.float64)
    # Of random vectors in the plane, so many are never all steady: these lie a quarter or half of a right angle apart.
    rows = 2 * cases.random.randint(64, 70) + 1
    corners = torch.tensor([[1, 2], [2, 1], [-1, 2], [-2, 1.0]])
    cases.accept("blocks/rows", reduction="none", input1=corners[cases.indices((rows,), 4)],
                 input2=torch.tensor([3.0, 1]) * torch.where(cases.indices((rows, 1), 2).bool(), 1, -1),
                 target=cases.signs((rows,), torch.float32))

    def edge(name, first, second, target, dtype=torch.float64, unchecked=(), **extra):
        a, b, y = (torch.tensor(values, dtype=dtype) for values in (first, second, target))
        cases.accept_each(f"edge/{name}", unchecked, input1=a, input2=b, target=y, **extra)

    both = ("input1", "input2")
    for dtype in DTYPES:
        name = short(dtype)
        # At the kink the gradient passes. A target that is neither 1 nor −1 has no loss.
        edge(f"kink/{name}", [[1, 0], [0, 2]], [[0, 1], [3, 0]], [-1, -1], dtype)
        edge(f"parallel/{name}", [[30, 40], [10, 20], [10, 20]], [[60, 80], [-10, -20], [20, 10]], [1, 1, 1], dtype)
        edge(f"opposite/{name}", [[30, 40], [10, 20], [10, 20]], [[60, 80], [-10, -20], [20, 10]], [-1, -1, -1], dtype)
        edge(f"no_loss/{name}", [[1, 2], [3, 4]], [[-1, -1], [1, -1]], [-1, 0], dtype)
        edge(f"unchecked_targets/{name}", [[1, 2]] * 5, [[2, 1]] * 5, [1, 0, -0.5, 2, -1], dtype)
        edge(f"margin/above/{name}", [[1, 2], [3, 4]], [[1, 1], [2, 1]], [-1, 1], dtype, margin=2.0)
        edge(f"margin/below/{name}", [[1, 2], [3, 4]], [[-2, 1.5], [2, 1]], [-1, 1], dtype, margin=-1.5)
        # The gradient at 0 has no limit. PyTorch's is 1/√1e-12 long.
        edge(f"zero/{name}", [[0, 0], [0, 0], [0, 0], [1, 2]], [[1, 2], [1, 2], [0, 0], [2, 1]], [1, -1, 1, 1], dtype,
             both)
    # PyTorch's squared norms overflow or drown in 1e-12.
    for size in (1e-200, 1e-20, 1e-6, 1e80, 1e200):
        small = [[size, 2 * size], [size, 2 * size], [2 * size, -size]]
        edge(f"size/{size}", small, [small[0], [2 * size, size], [size, size]], [1, 1, -1],
             unchecked=("value", *both))
        edge(f"size/{size}/beside_one", small, [[1, 2], [2, 1], [1, 1]], [1, 1, -1], unchecked=("value", *both))
    edge("size/large", [[1e60, 2e60], [1e30, 0]], [[2e60, 1e60], [1e30, 1e30]], [1, -1])
    edge("not_a_number", [[NAN, 1], [1, 2]], [[1, 1], [2, 1]], [1, -1])
    edge("infinity", [[INFINITY, 1], [1, 2]], [[1, 1], [2, 1]], [-1, 1], unchecked=both)
    # To PyTorch this label is neither 1 nor −1, and costs nothing.
    edge("not_a_number/target", [[1, 1], [1, 2]], [[1, 2], [2, 1]], [NAN, 1], unchecked=("value", *both))
    for shape in ((2, 0), (0, 3), (0,)):
        cases.accept_each(f"empty/{shape}", **draw("plain", shape, torch.float64))
    refuse_combinations(cases, ("input1", "input2", "target"), (
        ((3,), (3,), (1,)), ((3,), (2, 3), (2,)), ((2, 3), (3,), (2,)), ((2, 3), (2, 3), ()), ((2, 3), (2, 3), (2, 1)),
        ((2, 3), (2, 3), (3,)), ((2, 3), (2, 2), (2,)), ((2, 3), (3, 3), (2,)), ((2, 3, 2), (2, 3, 2), (2,)),
        ((2, 3, 2), (2, 3, 2), (2, 2)), ((), (), ()), ((3,), (2,), ()), ((1, 3), (1, 3), ())))
    cases.refuse("reduction", **draw("plain", (2, 3), torch.float32), reduction="average")


def triplets(cases, shape, dtype):
    return {name: cases.floats(shape, dtype) for name in TRIPLET}


def triplet_edge(cases, name, *vectors, unchecked=(), **extra):
    drawn = {key: torch.tensor(rows, dtype=torch.float64) for key, rows in zip(TRIPLET, vectors)}
    cases.accept_each(f"edge/{name}", unchecked, **drawn, **extra)


def triplet_edges(cases):
    """What both losses are asked, at the pairwise distance."""
    for swap in (False, True):
        # A gradient that is NaN here and 0 there is what a factor of 0 happens to meet.
        triplet_edge(cases, f"not_a_number/{swap}", [[0, 1], [1, 2]], [[NAN, 1], [2, 1]], [[1, 1], [1, 0]],
                     unchecked=TRIPLET, swap=swap)
        triplet_edge(cases, f"all_equal/{swap}", [[1, 2], [1, 2]], [[1, 2], [2, 1]], [[1, 2], [0, 1]], swap=swap)
    triplet_edge(cases, "infinity/positive", [[0, 1], [1, 2]], [[INFINITY, 1], [2, 1]], [[1, 1], [1, 0]],
                 unchecked=TRIPLET)
    triplet_edge(cases, "infinity/negative", [[0, 1], [1, 2]], [[3, 1], [2, 1]], [[-INFINITY, 1], [1, 0]],
                 unchecked=TRIPLET)
    for margin in (1e-300, 1e-6, 10.0, INFINITY):
        triplet_edge(cases, f"margin/{margin}", [[0, 1], [1, 2]], [[0.5, 1], [2, 0]], [[1, 3], [1, 0.5]], margin=margin)
    triplet_edge(cases, "no_loss", [[0, 1], [1, 2]], [[0.5, 1], [1, 1]], [[9, 9], [-9, 8]])
    triplet_edge(cases, "swap", [[0, 0], [0, 0]], [[2, 0], [0, 0.5]], [[2, 1], [3, 3]], swap=True)
    for shape in ((0,), (2, 0), (0, 3)):
        cases.accept_each(f"empty/swap/{shape}", **triplets(cases, shape, torch.float64), swap=True)
    refuse_combinations(cases, TRIPLET, (
        ((2, 3), (3,), (2, 3)), ((3,), (2, 3), (2, 3)), ((2, 3), (2, 3), (3,)), ((2, 3), (2, 2), (2, 3)),
        ((2, 3), (3, 3), (2, 3)), ((2, 3), (2, 3), (2, 4)), ((2, 3), (2, 3), (3, 3)), ((3,), (3,), ()),
        ((2, 3), (2, 3), (2, 3, 1))))
    ones = {name: torch.ones(2) for name in TRIPLET}
    for margin in (0.0, -1.0, -1e-30, -INFINITY):
        cases.refuse(f"margin/{margin}", **ones, margin=margin)
    cases.refuse("reduction", **ones, reduction="average")


def triplet_margin(cases):
    def exact(shape, dtype):
        """At p = 1 and ∞ two distances are easily equal: then they are exactly so."""
        return {name: cases.fractions(shape, dtype) for name in TRIPLET} | {"eps": 2.0**-10, "swap": True}

    elementwise(cases, lambda shape, dtype: triplets(cases, shape, dtype), {
        "plain": lambda shape, dtype: {},
        "p_1": lambda shape, dtype: exact(shape, dtype) | {"p": 1.0},
        "p_inf": lambda shape, dtype: exact(shape, dtype) | {"p": INFINITY, "margin": 3.0},
    })
    triplet_edges(cases)
    for p in (0.5, 1.0, 1.5, 2.0, 3.0, INFINITY):
        for dtype in DTYPES:
            for swap in (False, True):
                cases.accept(f"p/{p}/{short(dtype)}/{swap}", **triplets(cases, (2, 3), dtype), p=p, swap=swap,
                             margin=4.0, eps=0.01, reduction="none")

        def each(name, *vectors, **extra):
            drawn = {key: torch.tensor(rows, dtype=torch.float64) for key, rows in zip(TRIPLET, vectors)}
            cases.accept(f"edge/{name}/{p}", **drawn, p=p, reduction="none", **{"eps": 0.0} | extra)

        # No gradient where a distance is 0, nor in a component that does not differ, even where p < 1.
        each("zero/positive", [[1, 2]], [[1, 2]], [[1.5, 2]])
        each("zero/negative", [[1, 2]], [[0, 2.5]], [[1, 2]])
        each("zero/eps", [[1, 2]], [[1.25, 2.25]], [[1.5, 2.5]], eps=0.25)
        each("zero/component", [[1, 2]], [[1, 4]], [[1.5, 2]], margin=4.0)
        each("only_eps", [[1, 2]], [[1, 2]], [[2, 1.5]], eps=0.125)
        # Components that are equally far: at p = ∞ they share the gradient.
        each("equal_components", [[1, 2, 0]], [[2, 3, 0.5]], [[0.5, 2.5, 0.25]], margin=4.0)
        # At the kink the gradient passes. Of two equal distances to the negative, each has half of the gradient.
        each("kink", [[0, 0]], [[1, 0]], [[0, 2]])
        each("tie", [[0, 0]], [[2, 0]], [[1, 1]], swap=True)
    for eps in (0.0, 0.5, -1.0, 1e-3):
        triplet_edge(cases, f"eps/{eps}", [[0, 1], [1, 2]], [[0.25, 1], [2, 0]], [[1, 3], [2, 0.5]], eps=eps,
                     margin=3.0)
    for size in (1e100, 1e-100):
        triplet_edge(cases, f"size/{size}", [[0, size]], [[2 * size, 0]], [[size, size]], eps=0.0, margin=size)


# The names by which a case means a distance, beside null for the default.
DISTANCES = {
    "pairwise": F.pairwise_distance,  # ‖a − b + 1e-6‖₂
    "cosine": lambda a, b: 1 - F.cosine_similarity(a, b, dim=-1),
    "squared_euclidean": lambda a, b: (a - b).square().sum(-1),
}


def triplet_margin_with_distance(cases):
    def function(distance_function, **arguments):
        return F.triplet_margin_with_distance_loss(distance_function=DISTANCES.get(distance_function), **arguments)

    cases.function = function
    elementwise(cases, lambda shape, dtype: triplets(cases, shape, dtype), {
        "plain": lambda shape, dtype: {},
        "cosine": lambda shape, dtype: {"distance_function": "cosine", "margin": 0.5},
        "squared_euclidean": lambda shape, dtype: {"distance_function": "squared_euclidean", "swap": True},
    })
    triplet_edges(cases)
    for dtype in DTYPES:
        for swap in (False, True):
            cases.accept_each(f"pairwise/{short(dtype)}/{swap}", **triplets(cases, (2, 3), dtype),
                              distance_function="pairwise", swap=swap)
    squared = {"distance_function": "squared_euclidean"}
    triplet_edge(cases, "kink", [[0, 0]], [[1, 0]], [[1, 1]], **squared)
    triplet_edge(cases, "tie", [[0, 0]], [[2, 0]], [[1, 1]], swap=True, **squared)
    triplet_edge(cases, "zero", [[1, 2]], [[1, 2]], [[1, 1.5]], swap=True, **squared)
