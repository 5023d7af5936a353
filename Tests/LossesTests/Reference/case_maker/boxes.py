"""Cases of the losses of pairs of boxes."""

import torch

from .elementwise import refuse_reduction
from .machinery import DTYPES, LAYOUTS, REDUCTIONS, in_layouts, short

BOTH = ("input", "target")


def drawn(cases, shape, dtype):
    """Boxes with corners and sizes that are exact in either dtype, so that ties are those of both."""
    corner = cases.fractions((*shape, 2), dtype)
    return torch.cat([corner, corner + cases.fractions((*shape, 2), dtype, 0.25, 4)], -1)


def pair(input, target, dtype=torch.float64):
    return {"input": torch.tensor(input, dtype=dtype), "target": torch.tensor(target, dtype=dtype)}


def boxes(cases):
    is_complete = cases.loss == "complete_box_iou_loss"
    everything = ("value", *BOTH)
    for i, layout in enumerate(LAYOUTS):
        for j, dtype in enumerate(DTYPES):
            count = cases.random.randint(2, 5)
            arguments = in_layouts({"input": drawn(cases, (count,), dtype), "target": drawn(cases, (count,), dtype)}, i)
            # Along a broadcast last axis all coordinates are the same, and PyTorch's arctangent is that of 0/0.
            has_points = "broadcast_last" in (layout, LAYOUTS[(i + 1) % len(LAYOUTS)])
            for reduction in REDUCTIONS[(i + j) % 2:]:
                cases.accept(f"plain/{layout}/{short(dtype)}/{reduction}",
                             everything if is_complete and has_points else (), **arguments, reduction=reduction)
    for dtype in DTYPES:
        cases.accept_each(f"eps/{short(dtype)}", input=drawn(cases, (3,), dtype), target=drawn(cases, (3,), dtype),
                          eps=2.0**-5)
        # Equal boxes, one inside the other, a common side, a common corner, boxes apart.
        cases.accept_each(f"edge/positions/{short(dtype)}", **pair(
            [[0, 0, 2, 3], [0, 0, 4, 4], [0, 0, 2, 3], [0, 0, 1, 1], [0, 0, 1, 1]],
            [[0, 0, 2, 3], [1, 1, 2, 3], [2, 0, 3, 3], [1, 1, 2, 3], [5, 6, 8, 7]], dtype))
    # Not compared where PyTorch has 0/0, or a gradient of 1 / eps.
    target = [[0, 0, 2, 3], [0, 0, 2, 3]]
    points = [[1, 1, 1, 1], [1, 1, 3, 1]]
    cases.accept_each("edge/empty/input", everything if is_complete else (), **pair(points, target))
    is_distance = cases.loss == "distance_box_iou_loss"
    cases.accept_each("edge/empty/both", everything if is_complete else () if is_distance else BOTH,
                      **pair(points, points))
    for shape, other in (((2, 4), (3, 4)), ((2, 3), (2, 3)), ((2, 4), (4,))):
        cases.refuse(f"shapes/{shape}/{other}", input=torch.zeros(shape), target=torch.zeros(other))
    for name, wrong in (("width", [2.0, 0, 1, 1]), ("height", [0, 2.0, 1, 1])):
        good = [0.0, 0, 1, 1]
        cases.refuse(f"reversed/input/{name}", **pair([good, wrong], [good, good]))
        cases.refuse(f"reversed/target/{name}", **pair([good, good], [good, wrong]))
    cases.refuse("eps", **pair([[0.0, 0, 1, 1]], [[0.0, 0, 1, 1]]), eps=-1.0)
    refuse_reduction(cases)
