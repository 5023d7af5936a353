"""The loss of a transducer."""

import torch

from .machinery import DTYPES, FLOAT_DIGITS, INFINITY, LAYOUTS, NAN, REDUCTIONS, encoded, laid_out, short


def draw(cases, dtype, frames, lengths, classes, blank, layout="contiguous", scale=3):
    """Logits for samples with so many frames and labels."""
    samples, positions = len(frames), max(lengths) + 1
    labels = [label for label in range(classes) if label != blank % classes] or [0]
    targets = [[cases.random.choice(labels) for _ in range(positions - 1)] for _ in range(samples)]
    logits = cases.floats((samples, max(frames), positions, classes), dtype, -scale, scale)
    return {"logits": laid_out(logits, layout),
            "targets": torch.tensor(targets, dtype=torch.int32).reshape(samples, positions - 1),
            "logit_lengths": torch.tensor(frames, dtype=torch.int32),
            "target_lengths": torch.tensor(lengths, dtype=torch.int32), "blank": blank}


def accept(cases, name, unchecked=(), **arguments):
    """Adds what PyTorch computes, but for the gradient of the `unchecked` samples."""
    arguments = cases.defaults | arguments
    expected, upstream = cases.evaluate(arguments, torch.float64)
    digits = None if arguments["logits"].dtype == torch.float64 else FLOAT_DIGITS
    gradient = encoded(expected["logits"], digits)
    size = expected["logits"][0].numel()
    for sample in unchecked:
        gradient["values"][sample * size:(sample + 1) * size] = [None] * size
    cases.insert(name, arguments, upstream=encoded(upstream),
                 expect={"value": encoded(expected["value"], digits), "gradients": {"logits": gradient}})


def rnnt(cases):
    for j, dtype in enumerate(DTYPES):
        for k, layout in enumerate(LAYOUTS):
            reduction, blank, clamp = REDUCTIONS[k % 3], (-1, 0, 2)[(j + k) // 2 % 3], (-1.0, 0.25, 0.0)[(j + k) % 3]
            accept(cases, f"{layout}/{blank}/{clamp}/{reduction}/{short(dtype)}", clamp=clamp, reduction=reduction,
                   **draw(cases, dtype, [3, 2], [1, 2], 3 + k % 2, blank, layout))
    for dtype in DTYPES:
        for name, frames, lengths, classes in (
                ("one_frame", [1, 1], [2, 0], 3), ("no_labels", [3, 1], [0, 0], 2), ("one_class", [2], [0], 1),
                ("more_labels_than_frames", [2, 1], [5, 3], 3), ("many_classes", [2], [1], 70)):
            accept(cases, f"edge/{name}/{short(dtype)}", **draw(cases, dtype, frames, lengths, classes, -1), reduction="none")
        accept(cases, f"edge/long/{short(dtype)}", **draw(cases, dtype, [9, 5], [3, 5], 3, 0, scale=40), reduction="sum")
        accept(cases, f"edge/all_clamped/{short(dtype)}", **draw(cases, dtype, [3], [2], 3, -1), clamp=0.01)
    # A label may be the blank.
    drawn = draw(cases, torch.float64, [3], [2], 3, 1)
    accept(cases, "edge/label_is_blank", **drawn | {"targets": torch.tensor([[1, 1]])})
    # What is beyond the lengths is not read. PyTorch's 0 times NaN is NaN, so that it is another number here.
    drawn = draw(cases, torch.float64, [3, 1], [0, 2], 3, -1)
    accept(cases, "edge/unused", **drawn)
    # A target that is impossible: PyTorch's gradient is NaN and should be 0.
    drawn = draw(cases, torch.float64, [2, 2], [1, 1], 3, 0)
    drawn["logits"][0, :, 0, drawn["targets"][0, 0]] = -INFINITY
    accept(cases, "edge/impossible", [0], **drawn, reduction="none")
    drawn = draw(cases, torch.float64, [2, 2], [1, 1], 3, 0)
    drawn["logits"][1, 1, 0, 2] = NAN
    accept(cases, "edge/not_a_number", [1], **drawn, reduction="none")
    good = {"logits": torch.zeros(2, 3, 3, 4), "targets": torch.tensor([[1, 0], [2, 1]]),
            "logit_lengths": torch.tensor([3, 2]), "target_lengths": torch.tensor([2, 1])}
    for name, wrong in {
            "blank/4": {"blank": 4}, "blank/-5": {"blank": -5}, "rank": {"logits": torch.zeros(3, 3, 4)},
            "label/4": {"targets": torch.tensor([[1, 0], [4, 1]])}, "label/-1": {"targets": torch.tensor([[-1, 0], [2, 1]])},
            "targets": {"targets": torch.tensor([[1], [2]])}, "frames/4": {"logit_lengths": torch.tensor([3, 4])},
            "frames/-1": {"logit_lengths": torch.tensor([3, -1])}, "labels/3": {"target_lengths": torch.tensor([3, 1])},
            "lengths": {"logit_lengths": torch.tensor([3, 2, 3])}, "reduction": {"reduction": "average"}}.items():
        cases.refuse(name, **good | wrong)
