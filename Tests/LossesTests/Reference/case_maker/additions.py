"""Cases of the losses that PyTorch does not have."""

import torch

from .classes import class_grid, labelled
from .elementwise import elementwise, pair, refuse_reduction, refuse_shapes
from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, REDUCTIONS, in_layouts, short


def plain(shape, dtype):
    return {}


def refuse_targets(cases, **extra):
    refuse_shapes(cases, "target", (2,), (2, 2), (4,), (3, 2), (4, 1), **extra)
    refuse_reduction(cases, **extra)


def refuse_options(cases, **options):
    """Each value of a hyperparameter is out of its range."""
    for name, values in options.items():
        for value in values:
            cases.refuse(f"{name}/{value}", **pair([0.5, 1.0], [0.5, 0.25]), **{name: value})


def elements(cases, data, options):
    """What every elementwise loss is asked without options; with each option, every layout once."""
    elementwise(cases, data, {"plain": plain})
    for i, (option, draw) in enumerate(options.items()):
        for j, layout in enumerate(LAYOUTS):
            shape, dtype = cases.shape(2 + j % 2), DTYPES[(i + j) % 2]
            drawn = in_layouts(data(shape, dtype) | draw(shape, dtype), j)
            cases.accept(f"option/{option}/{layout}/{short(dtype)}", **drawn, reduction=REDUCTIONS[(i + j) % 3])


# Elementwise

def hinges(cases):
    elements(cases, lambda shape, dtype: {"input": cases.fractions(shape, dtype), "target": cases.signs(shape, dtype)}, {})
    for dtype in DTYPES:
        # At the kink the gradient passes.
        cases.accept_each(f"edge/kinks/{short(dtype)}", **pair([1, -1, 0, -0.0, 2, 0.5], [1, -1, 1, -1, 0.5, 1], dtype))
        cases.accept_each(f"edge/unchecked_targets/{short(dtype)}", **pair([0.5, 2, -3, 1], [0, 0.25, 2, -0.5], dtype))
    # No loss: PyTorch multiplies 0 by what is infinite.
    cases.accept_each("edge/infinity/right", ("target",), **pair([INFINITY, -INFINITY, 0.5], [1, -1, 1]))
    cases.accept_each("edge/infinity/wrong", **pair([INFINITY, -INFINITY, 0.5], [-1, 1, 1]))
    # PyTorch's slope at NaN is 0; the library's is NaN.
    cases.accept_each("edge/not_a_number", ("input", "target"), **pair([NAN, 1, 2], [1, NAN, -1]))
    refuse_targets(cases)


def distances(cases, options):
    elements(cases, lambda shape, dtype: {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype)},
             options)
    for dtype in DTYPES:
        cases.accept_each(f"edge/kinks/{short(dtype)}", **pair(
            [0, -0.0, 1, 0.5, -0.5, 2, 1, -3, 0.75], [0, 0, 1, 0, 0, 1, 2, 1, 0.5], dtype))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [0, NAN, 1.5]))
    for exponent in (10, -10):
        cases.accept_each(f"edge/magnitude/{exponent}", input=10.0**exponent * cases.floats((5,), torch.float64),
                          target=10.0**exponent * cases.floats((5,), torch.float64))
    refuse_targets(cases)


def log_cosh(cases):
    distances(cases, {})
    cases.accept_each("edge/infinity", **pair([INFINITY, 1, -2], [3, 0.5, INFINITY]))
    cases.accept_each("edge/large", **pair([1e300, -1e308, 800], [0, 5e307, 1.5]))


def charbonnier(cases):
    distances(cases, {"epsilon": lambda shape, dtype: {"epsilon": cases.random.randint(1, 30) / 10}})
    # PyTorch's gradient is ∞/∞.
    cases.accept_each("edge/infinity", ("input", "target"), **pair([INFINITY, 1, -2], [3, 0.5, INFINITY]))
    refuse_options(cases, epsilon=(0.0, -1.0, NAN))


def quantile(cases):
    def data(shape, dtype):
        shape = (*shape[:-1], max((1, *shape[-1:])))  # there is no list without quantiles
        quantiles = [cases.random.randint(0, 64) / 64 for _ in range(shape[-1])]
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape[:-1], dtype), "quantiles": quantiles}

    elements(cases, data, {})
    three = {"quantiles": [0.1, 0.5, 0.9]}
    x = [[0.5, 1, 2], [-1, 0, 3]]
    for dtype in DTYPES:
        cases.accept_each(f"edge/one/{short(dtype)}", **pair([[0.5], [1.0]], [1, 0.25], dtype), quantiles=[0.75])
        # At the tie the gradient is the mean of both sides.
        cases.accept_each(f"edge/ties/{short(dtype)}", **pair(x, [0.5, 0], dtype), quantiles=[0.25, 0.5, 0.875])
    cases.accept_each("edge/ends", **pair([[1, 2], [3, -1]], [2, 1]), quantiles=[0, 1])
    # PyTorch's maximum has a derivative at NaN; the library's is NaN.
    cases.accept_each("edge/not_a_number", ("input", "target"), **pair([[NAN, 1, 2], [0, 1, 2]], [0.5, 0.25]), **three)
    cases.accept_each("edge/infinity", ("target",), **pair([[INFINITY, 1, -INFINITY], [0, 1, 2]], [0.5, 0.25]), **three)
    for shape in ((2, 3), (3,), (2, 1), ()):
        cases.refuse(f"target_shape/{shape}", input=torch.ones(2, 3), target=torch.ones(shape), **three)
    for values in ([0.5], [0.1, 0.9], [0.1, 0.5, 1.5], [-0.5, 0.5, 0.9], [0.1, 0.5, 0.7, 0.9]):
        cases.refuse(f"quantiles/{values}", input=torch.ones(2, 3), target=torch.ones(2), quantiles=values)
    cases.refuse("reduction", input=torch.ones(2, 3), target=torch.ones(2), reduction="average", **three)


def tweedie(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0, 6)}

    elements(cases, data, {"power": lambda shape, dtype: {"power": cases.random.randint(33, 63) / 32}})
    for dtype in DTYPES:
        cases.accept_each(f"edge/zero/{short(dtype)}", **pair([0, 1, -2, -20], [0, 0, 0, 0], dtype))
        cases.accept_each(f"edge/large/{short(dtype)}", **pair([40, -40, 20], [1, 2, 1000], dtype))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [1, NAN, 0.5]))
    refuse_options(cases, power=(1.0, 2.0, 0.0, 3.0, NAN))
    refuse_targets(cases)


def negative_binomial(cases):
    def data(shape, dtype):
        return {"input": cases.floats(shape, dtype, 0.25, 6), "target": cases.floats(shape, dtype, 0, 9).round(),
                "dispersion": cases.floats(shape, dtype, 0.125, 3)}

    for i, layout in enumerate(LAYOUTS):
        for j, dtype in enumerate(DTYPES):
            shape = cases.shape(1 + (i + j) % 3)
            dispersion = (shape, shape[1:], (1,) * len(shape), ())[(i + j) % 4]
            drawn = data(shape, dtype) | {"dispersion": cases.floats(dispersion, dtype, 0.125, 3)}
            cases.accept(f"grid/{layout}/{short(dtype)}", **in_layouts(drawn, i), reduction=REDUCTIONS[i // 2 % 3])
    for dtype in DTYPES:
        def of(dispersions):
            return {"dispersion": torch.tensor(dispersions, dtype=dtype)}

        cases.accept_each(f"edge/no_count/{short(dtype)}", **pair([0.5, 2, 40], [0, 0, 0], dtype), **of([0.5, 2, 0.25]))
        cases.accept_each(f"edge/fractions/{short(dtype)}", **pair([0.5, 2, 4], [0.25, 2.5, 0.75], dtype), **of([0.5]))
        cases.accept(f"edge/large/{short(dtype)}", **pair([500, 90, 3, 200], [450, 100, 60, 1], dtype),
                     **of([0.5, 4, 0.25, 8]), reduction="none")
        # PyTorch's derivative with respect to a dispersion of 0 is that of another formula.
        cases.accept(f"edge/poisson/{short(dtype)}", ("dispersion",), **pair([0.5, 2, 4], [1, 0, 3], dtype), **of([0, 0, 0.5]))
    cases.accept("empty", input=torch.ones(0, 3).double(), target=torch.ones(0, 3).double(),
                 dispersion=torch.ones(3).double(), reduction="sum")
    ones = {"input": torch.ones(2, 3), "target": torch.ones(2, 3), "dispersion": torch.ones(2, 3)}
    for name in ones:
        cases.refuse(f"negative/{name}", **ones | {name: torch.full((2, 3), -0.5)})
        cases.refuse(f"shape/{name}", **ones | {name: torch.ones(2, 4)})
    cases.refuse("reduction", **ones, reduction="average")


def scores(cases):
    return lambda shape, dtype: {"input": cases.floats(shape, dtype), "target": cases.floats(shape, dtype, 0, 1)}


def sigmoid_focal(cases):
    elements(cases, scores(cases), {
        "alpha": lambda shape, dtype: {"alpha": cases.random.randint(0, 10) / 10},
        "no_alpha": lambda shape, dtype: {"alpha": None},
        "gamma": lambda shape, dtype: {"gamma": cases.random.randint(1, 40) / 10},
    })
    labels = [1, 0, 1, 0, 1, 0]
    for dtype in DTYPES:
        for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
            # PyTorch's power of 0 has no derivative with respect to targets in between.
            cases.accept_each(f"edge/labels/{gamma}/{short(dtype)}", gamma=gamma,
                              **pair([0.5, -2, 0, -0.0, 30, -30], labels, dtype))
        cases.accept_each(f"edge/wrong/{short(dtype)}", **pair([-1000, 1000, -40, 40, -5, 3], labels, dtype))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [0.5, 1, 1]))
    refuse_options(cases, alpha=(-0.5, 1.5, NAN), gamma=(-1.0, NAN))
    refuse_targets(cases)


def asymmetric(cases):
    elements(cases, scores(cases), {
        "gammas": lambda shape, dtype: {"negative_gamma": cases.random.randint(5, 40) / 10,
                                        "positive_gamma": cases.random.randint(0, 20) / 10},
        "clip": lambda shape, dtype: {"clip": cases.random.randint(0, 30) / 100},
        "no_clip": lambda shape, dtype: {"clip": 0.0},
    })
    labels = [1, 0, 1, 0, 1, 0]
    for dtype in DTYPES:
        for clip in (0.0, 0.05, 0.5):
            cases.accept_each(f"edge/labels/{clip}/{short(dtype)}", clip=clip, **pair([0.5, -2, 0, 1, 8, 4], labels, dtype))
            # Where the power is of 0, PyTorch's derivative with respect to the target is NaN.
            cases.accept_each(f"edge/far/{clip}/{short(dtype)}", ("target",), clip=clip,
                              **pair([-1000, 1000, -40, 40, -5, -8], labels, dtype))
    cases.accept_each("edge/not_a_number", **pair([NAN, 1, 2], [0.5, 1, 1]))
    refuse_options(cases, negative_gamma=(-1.0, NAN), positive_gamma=(-1.0, NAN), clip=(-0.5, 1.5, NAN))
    refuse_targets(cases)


# Classes

def class_losses(cases, kind, options):
    """`options` are drawn in place of those that cross entropy has."""
    def draw(cases, shape, dtype, option):
        own = {} if option not in options else options[option]()
        drawn = labelled(cases, shape, dtype, "plain" if own else option) | own
        return {name: argument for name, argument in drawn.items() if name in cases.defaults}

    class_grid(cases, kind, draw, list(options)[:1])
    for i, option in enumerate(list(options)[1:]):
        for j, layout in enumerate(LAYOUTS):
            rank, dtype = 1 + (i + j) % 4, DTYPES[(i + j) % 2]
            drawn = in_layouts(draw(cases, cases.shape(rank), dtype, option), j)
            cases.accept(f"{kind}/option/{option}/{layout}/{rank}/{short(dtype)}", **drawn,
                         reduction=REDUCTIONS[(i + j) % 3])
    far = [[1000, -1000, 999, 0.5], [-1000, 0, 1000, 40], [0.5, -1, 2, 1]]
    for dtype in DTYPES:
        x = torch.tensor(far, dtype=dtype)
        for target in ([0, 2, 2], [2, 3, 0]):
            cases.accept_each(f"edge/far/{target}/{short(dtype)}", input=x, target=torch.tensor(target))
        cases.accept_each(f"edge/bytes/{short(dtype)}", input=cases.floats((3, 4), dtype),
                          target=torch.tensor([3, 0, 1], dtype=torch.uint8))
    for label in (4, -1):
        cases.refuse(f"label_range/{label}", input=torch.ones(2, 4), target=torch.tensor([0, label]))
    for shape, target in (((), ()), ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3, 2), (2,)), ((3,), (2,))):
        cases.refuse(f"shapes/{shape}/{target}", input=torch.zeros(shape), target=torch.zeros(target, dtype=torch.int64))
    cases.refuse("reduction", input=torch.ones(2, 3), target=torch.tensor([0, 1]), reduction="average")


def refuse_class_options(cases, **options):
    for name, values in options.items():
        for value in values:
            cases.refuse(f"{name}/{value}", input=torch.ones(2, 3), target=torch.tensor([0, 1]), **{name: value})


def focal(cases):
    def gamma():
        return {"gamma": cases.random.randint(0, 40) / 10}

    class_losses(cases, "labels", {"plain": dict, "weight": dict, "ignore": dict, "smooth": dict, "gamma": gamma,
                                   "weight+ignore+smooth": dict})
    for value in (0.0, 0.5, 1.0, 3.0):
        for option in ("weight", "weight+smooth"):
            drawn = labelled(cases, (3, 4), torch.float64, option)
            cases.accept_each(f"edge/gamma/{value}/{option}", **drawn, gamma=value)
    drawn = labelled(cases, (3, 4), torch.float64, "weight+ignore")
    drawn["target"] = torch.full((3,), drawn["ignore_index"])
    for reduction in ("none", "sum"):
        cases.accept(f"edge/all_ignored/{reduction}", **drawn, reduction=reduction)
    # 0/0, whose gradient PyTorch makes of 0·∞.
    cases.accept("edge/all_ignored/mean", ("input",), **drawn)
    refuse_class_options(cases, gamma=(-1.0, NAN), label_smoothing=(1.5,))


def generalized_cross_entropy(cases):
    class_losses(cases, "labels", {"plain": dict, "q": lambda: {"q": cases.random.randint(1, 19) / 20},
                                   "q_0": lambda: {"q": 0.0}, "q_1": lambda: {"q": 1.0}})
    refuse_class_options(cases, q=(-0.5, 1.5, NAN))


def poly1(cases):
    class_losses(cases, "labels", {"plain": dict, "epsilon": lambda: {"epsilon": cases.random.randint(-10, 40) / 10}})
