"""Losses of sequences."""

import random
from itertools import product

import torch
import torch.nn.functional as F

from .machinery import DTYPES, INFINITY, LAYOUTS, NAN, encoded, laid_out, short


# Arguments

def draw_log_probs(cases, shape, dtype, scale=1.0):
    """Logarithms of probabilities, rounded so that they are short to write: the sum is 1 within a hundredth."""
    steps = 1000 if dtype == torch.float64 else 128
    exact = F.log_softmax(scale * cases.floats(shape, torch.float64), -1)
    return ((exact * steps).round() / steps).to(dtype)


def draw_labels(cases, count, classes, blank):
    """Half of them repeat the one before."""
    labels = []
    for _ in range(count):
        other = cases.random.choice([label for label in range(classes) if label != blank])
        labels.append(labels[-1] if labels and cases.random.random() < 0.5 else other)
    return labels


def draw_targets(cases, lengths, classes, blank, is_padded):
    """The labels of each sample in a row of its own, or all in one."""
    lists = [draw_labels(cases, length, classes, blank) for length in lengths]
    if not is_padded:
        return torch.tensor(sum(lists, []), dtype=torch.int64)
    width = max(lengths) + cases.random.randint(0, 1)
    rows = [labels + [blank] * (width - len(labels)) for labels in lists]
    return torch.tensor(rows, dtype=torch.int64).reshape(len(rows), width)


# Cases

def accidents(cases, arguments):
    """For each log-probability, whether PyTorch's gradient with respect to it is wrong by accident: in the frames of a
    sample whose loss is infinite, and where the log-probability is −∞, it is NaN and should be 0."""
    log_probs = arguments["log_probs"]
    losses = cases.evaluate(arguments | {"reduction": "none"}, torch.float64)[0]["value"].reshape(-1)
    is_used = torch.arange(len(log_probs))[:, None] < torch.as_tensor(arguments["input_lengths"]).reshape(-1)
    samples = (*log_probs.shape[:-1], 1)
    infinite = (losses == INFINITY).expand(is_used.shape).reshape(samples) | (log_probs == -INFINITY)
    return infinite & is_used.reshape(samples)


def accept(cases, name, unchecked=(), **arguments):
    """Adds what PyTorch computes, but for the gradients that are accidents, and those at the `unchecked` positions.

    That PyTorch in float32 misses its own float64 result does not make a case badly conditioned here: it adds up in
    logarithms, which grow with the sequence, and so do their errors.
    """
    arguments = cases.defaults | arguments
    expected, upstream = cases.evaluate(arguments, torch.float64)
    is_accident = accidents(cases, arguments)
    for position in unchecked:
        is_accident[position] = True
    gradient = encoded(expected["log_probs"])
    gradient["values"] = [None if skipped else value
                          for value, skipped in zip(gradient["values"], is_accident.reshape(-1).tolist())]
    cases.insert(name, arguments, upstream=encoded(upstream),
                 expect={"value": encoded(expected["value"]), "gradients": {"log_probs": gradient}})


def accept_each(cases, name, **arguments):
    """The same with every reduction."""
    for reduction in cases.reductions:
        accept(cases, f"{name}/{reduction}", reduction=reduction, **arguments)


def accept_one(cases, name, log_probs, labels, **extra):
    """One sequence, without a batch."""
    accept(cases, name, log_probs=log_probs, targets=torch.tensor(labels), input_lengths=torch.tensor(len(log_probs)),
           target_lengths=torch.tensor(len(labels)), **extra)


def grid(cases):
    """Every option with every other, each time in another layout."""
    options = product(("first", "middle", "last"), ("infinite", "zero"), ("padded", "joined"), ("tensors", "lists"),
                      ("batch", "unbatched"), DTYPES)
    for i, (place, infinite, kind, container, batch, dtype) in enumerate(options):
        frames, classes = cases.random.randint(3, 4), 3
        blank = {"first": 0, "middle": 1, "last": 2}[place]
        samples = 2 if batch == "batch" else 1
        lengths = {"input_lengths": [cases.random.randint(2, frames) for _ in range(samples)],
                   "target_lengths": [cases.random.randint(0, 2) for _ in range(samples)]}
        targets = draw_targets(cases, lengths["target_lengths"], classes, blank, kind == "padded")
        log_probs = draw_log_probs(cases, (frames, samples, classes), dtype)
        if container == "tensors":
            lengths = {name: torch.tensor(values) for name, values in lengths.items()}
        if batch == "unbatched":
            log_probs = log_probs[:, 0]
            lengths = {name: values[0] if container == "tensors" else values for name, values in lengths.items()}
        accept_each(cases, f"grid/{place}/{infinite}/{kind}/{container}/{batch}/{short(dtype)}",
                    log_probs=laid_out(log_probs, LAYOUTS[i % len(LAYOUTS)]),
                    targets=laid_out(targets, ("contiguous", "transposed", "stepped")[i % 3]),
                    **lengths, blank=blank, zero_infinity=infinite == "zero")
    for dtype in DTYPES:
        for i, layout in enumerate(LAYOUTS):
            # The broadcast repeats a length.
            ends = torch.tensor([3, 2, 3]), laid_out(torch.tensor([2, 1, 1]), LAYOUTS[-i])
            targets = draw_targets(cases, ends[1].tolist(), 3, i % 3, is_padded=True)
            accept_each(cases, f"layout/{layout}/{short(dtype)}",
                        log_probs=laid_out(draw_log_probs(cases, (3, 3, 3), dtype), layout),
                        targets=laid_out(targets, "stepped"), input_lengths=laid_out(ends[0], layout),
                        target_lengths=ends[1], blank=i % 3)


def length_edges(cases):
    """Sequences of any length, 0 among them, and more labels than there are frames for."""
    for dtype, infinite in zip(DTYPES, ("infinite", "zero")):
        log_probs = draw_log_probs(cases, (4, 4, 3), dtype)
        targets = torch.tensor([[1, 2, 1, 2, 1], [1, 1, 0, 0, 0], [2, 2, 1, 0, 0], [2, 1, 0, 0, 0]])
        for name, (frames, counts) in {
            "shorter": ([1, 3, 4, 2], [1, 2, 2, 1]),
            "no_labels": ([4, 3, 1, 2], [0, 0, 0, 0]), "some_labels": ([4, 3, 1, 2], [0, 2, 0, 1]),
            "no_frames": ([0, 0, 0, 0], [0, 0, 0, 0]), "some_frames": ([0, 4, 0, 3], [0, 2, 0, 1]),
            "tight": ([4, 3, 4, 2], [4, 2, 3, 2]), "too_many": ([4, 2, 4, 1], [5, 2, 2, 2]),
            "labels_without_frames": ([0, 4, 0, 0], [1, 2, 0, 2]),
        }.items():
            accept_each(cases, f"lengths/{name}/{infinite}/{short(dtype)}", log_probs=log_probs, targets=targets,
                        input_lengths=frames, target_lengths=counts, zero_infinity=infinite == "zero")
        accept_one(cases, f"lengths/unbatched/{infinite}/{short(dtype)}", log_probs[:3, 0], [1, 1, 2],
                   zero_infinity=infinite == "zero")
    log_probs = draw_log_probs(cases, (3, 2, 4), torch.float64)
    integers = (torch.int64, torch.int32, torch.uint8)
    for types in product(integers, integers):
        accept(cases, f"lengths/types/{'/'.join(map(short, types))}", log_probs=log_probs, reduction="sum",
               targets=torch.tensor([[1, 2], [3, 3]], dtype=types[0]),
               input_lengths=torch.tensor([3, 3], dtype=types[1]), target_lengths=torch.tensor([2, 2], dtype=types[0]))


def shape_edges(cases):
    """A batch of one and no batch, lengths with and without an axis, labels with and without one of the batch."""
    for dtype in DTYPES:
        log_probs = draw_log_probs(cases, (4, 3), dtype)
        for batch, numbers, row in product((False, True), repeat=3):
            ends = torch.tensor([3]), torch.tensor([2])
            name = "/".join(("batch" if batch else "unbatched", "rank_0" if numbers else "vector",
                             "row" if row else "list", short(dtype)))
            accept_each(cases, f"shapes/{name}", log_probs=log_probs[:, None] if batch else log_probs,
                        targets=torch.tensor([[1, 2, 0]]) if row else torch.tensor([1, 2]),
                        input_lengths=ends[0][0] if numbers else ends[0],
                        target_lengths=ends[1][0] if numbers else ends[1])
    for shape in ((1, 1, 1), (2, 2, 1), (1, 3, 2), (3, 1)):
        samples = shape[1] if len(shape) == 3 else 1
        for empty in ((samples, 0), (0,)):
            accept_each(cases, f"shapes/no_labels/{shape}/{empty}",
                        log_probs=draw_log_probs(cases, shape, torch.float64), target_lengths=[0] * samples,
                        targets=torch.zeros(empty, dtype=torch.int64), input_lengths=[shape[0]] * samples)


def label_edges(cases):
    """Labels that repeat, labels that are the blank, and what stands where no label counts."""
    for dtype in DTYPES:
        for name, labels in {"one": [1], "apart": [1, 2, 1], "thrice": [2, 2, 2], "pairs": [1, 1, 2, 2]}.items():
            accept_one(cases, f"labels/{name}/{short(dtype)}", draw_log_probs(cases, (6, 4), dtype), labels)
        # Where paths may end with the last label and with the blank after it, which here are the same class, PyTorch's
        # gradient at the last frame has only the former.
        for blank in (0, 1, 3):
            for name, labels in {"alone": [blank], "twice": [blank, blank], "first": [blank, 2],
                                 "between": [2, blank, 2], "last": [2, blank]}.items():
                accept_one(cases, f"labels/blank/{blank}/{name}/{short(dtype)}", draw_log_probs(cases, (5, 4), dtype),
                           labels, unchecked=[(4, blank)] if labels[-1] == blank else (), blank=blank)
    for dtype, filling in ((torch.int64, 2**40), (torch.int32, -1), (torch.uint8, 255), (torch.int64, -(2**63))):
        targets = torch.tensor([[1, 2, filling], [filling] * 3, [2, filling, filling]], dtype=dtype)
        accept_each(cases, f"labels/filling/{filling}", log_probs=draw_log_probs(cases, (4, 3, 3), torch.float64),
                    targets=targets, input_lengths=[4, 3, 4], target_lengths=[2, 0, 1])


def infinity_edges(cases):
    """Impossible classes, frames that are no probabilities, and what nobody looks at."""
    for dtype, infinite in zip(DTYPES, ("infinite", "zero")):
        for name, places in {
            "unused": [(1, 3)], "unused_throughout": [(t, 3) for t in range(4)], "label": [(1, 1)],
            "label_throughout": [(t, 1) for t in range(4)], "blank": [(2, 0)],
            "all_but_one": [(0, 0), (0, 2), (0, 3)],
            "frame": [(1, c) for c in range(4)], "one_path": [(0, 0), (0, 2), (1, 0), (1, 1), (2, 1), (2, 2), (3, 0)],
        }.items():
            log_probs = draw_log_probs(cases, (4, 2, 4), dtype)
            for frame, label in places:
                log_probs[frame, 0, label] = -INFINITY
            accept_each(cases, f"infinity/{name}/{infinite}/{short(dtype)}", log_probs=log_probs,
                        targets=torch.tensor([[1, 2], [3, 1]]), input_lengths=[4, 4], target_lengths=[2, 2],
                        zero_infinity=infinite == "zero")
    for dtype in DTYPES:
        for name, place in {"unused": (1, 0, 3), "label": (1, 0, 1), "blank": (0, 0, 0)}.items():
            log_probs = draw_log_probs(cases, (3, 2, 4), dtype)
            log_probs[place] = NAN
            accept(cases, f"not_a_number/{name}/{short(dtype)}", log_probs=log_probs, input_lengths=[3, 3],
                   targets=torch.tensor([[1, 2], [3, 1]]), target_lengths=[2, 2], reduction="none")
        log_probs = draw_log_probs(cases, (3, 3, 4), dtype)
        log_probs[2, 0], log_probs[1:, 1], log_probs[:, 2] = NAN, INFINITY, -INFINITY
        accept_each(cases, f"not_a_number/past_the_end/{short(dtype)}", log_probs=log_probs, input_lengths=[2, 1, 0],
                    targets=torch.tensor([[1, 2], [3, 1], [1, 1]]), target_lengths=[1, 1, 0])
        # Nothing says that the probabilities in a frame have the sum 1.
        for name, ends in {"large": (0.5, 3), "mixed": (-3, 3), "small": (-40, -30)}.items():
            accept_each(cases, f"no_probabilities/{name}/{short(dtype)}", input_lengths=[4, 3], target_lengths=[2, 2],
                        log_probs=cases.floats((4, 2, 3), dtype, *ends), targets=torch.tensor([[1, 2], [2, 2]]))


def peaks(cases):
    """Frames in which one class is all but certain."""
    for dtype in DTYPES:
        for scale in (20.0, 60.0, 1000.0):
            accept_each(cases, f"peaks/random/{scale}/{short(dtype)}", input_lengths=[7, 6], target_lengths=[3, 2],
                        log_probs=draw_log_probs(cases, (7, 2, 4), dtype, scale),
                        targets=draw_targets(cases, [3, 2], 4, 0, is_padded=True))
        # Beside what is right there is something wrong: alone, its gradient would be nothing but PyTorch's rounding.
        is_path = F.one_hot(torch.tensor([0, 1, 1, 0, 2, 0])).bool()
        frames = {scale: F.log_softmax(scale * is_path.double(), -1) for scale in (5.0, 15.0, 60.0)}
        frames[INFINITY] = torch.where(is_path, 0.0, -INFINITY)
        for scale, log_probs in frames.items():
            accept(cases, f"peaks/path/{scale}/{short(dtype)}", log_probs=log_probs.to(dtype)[:, None].repeat(1, 3, 1),
                   targets=torch.tensor([1, 2, 2, 1, 1]), input_lengths=[6, 6, 4], target_lengths=[2, 2, 1],
                   reduction="none")


def blocks(cases):
    """Long sequences, many classes, many samples."""
    for dtype in DTYPES:
        frames = 2 * cases.random.randint(40, 44) + 1
        accept_one(cases, f"blocks/frames/{short(dtype)}", draw_log_probs(cases, (frames, 3), dtype),
                   draw_labels(cases, 25, 3, 0))
        accept_one(cases, f"blocks/frames/peaks/{short(dtype)}", draw_log_probs(cases, (frames, 3), dtype, 60.0),
                   draw_labels(cases, 30, 3, 1), blank=1)
    classes, samples = 2 * cases.random.randint(130, 140) + 1, 2 * cases.random.randint(64, 66) + 1
    accept_one(cases, "blocks/classes", draw_log_probs(cases, (1, classes), torch.float64), [classes - 1])
    counts = [cases.random.randint(0, 2) for _ in range(samples)]
    accept(cases, "blocks/samples", log_probs=draw_log_probs(cases, (2, samples, 2), torch.float32), reduction="none",
           targets=draw_targets(cases, counts, 2, 0, is_padded=False), input_lengths=[2] * samples,
           target_lengths=counts)


def torch_samples(cases):
    """PyTorch's own samples, which are too large for a file: of some of them, one sequence each."""
    from torch.testing._internal.common_methods_invocations import op_db
    from torch.testing._internal.common_modules import module_inputs_torch_nn_CTCLoss

    def take(name, position, log_probs, targets, input_lengths, target_lengths, **options):
        rows = slice(position, position + 1)
        start = int(sum(target_lengths[:position]))
        accept(cases, name, log_probs=log_probs[:, rows],
               targets=targets[rows] if targets.dim() == 2 else targets[start:start + int(target_lengths[position])],
               input_lengths=input_lengths[rows], target_lengths=target_lengths[rows], **options)

    (operator,) = (op for op in op_db if op.name == "nn.functional.ctc_loss")
    random.seed(cases.seed)
    torch.manual_seed(cases.seed)
    sample = list(operator.sample_inputs("cpu", torch.float64))[0]
    take("torch/sample/float64/0", 0, sample.input, *sample.args, **sample.kwargs)
    inputs = module_inputs_torch_nn_CTCLoss(None, "cpu", torch.float32, requires_grad=False, training=True)
    sample = inputs[23]
    take("torch/module/float32/23", 1, *sample.forward_input.args, **sample.constructor_input.kwargs)


def refusals(cases):
    def refuse(name, shape=(4, 2, 3), targets=((1, 2), (2, 1)), input_lengths=(4, 3), target_lengths=(2, 1), **extra):
        given = {"targets": targets, "input_lengths": input_lengths, "target_lengths": target_lengths}
        cases.refuse(name, log_probs=torch.full(shape, -1.0), **extra,
                     **{key: value if isinstance(value, torch.Tensor) else torch.tensor(value)
                        for key, value in given.items()})

    for lengths in ([5, 4], [4, 5], [-1, 4], [4, -1], [2**40, 4], [-(2**63), 0]):
        refuse(f"input_lengths/{lengths}", input_lengths=lengths)
    for lengths in ([3, 1], [1, 3], [-1, 1], [2, -1], [2**40, 1], [-(2**63), 0]):
        refuse(f"target_lengths/{lengths}", target_lengths=lengths)
    for lengths in ([4, -1], [1, 2, 3]):
        refuse(f"target_lengths/joined/{lengths}", targets=[1, 2, 1], target_lengths=lengths)
    for name in ("input_lengths", "target_lengths"):
        for shape in ((), (1,), (3,), (0,)):
            refuse(f"{name}/shape/{shape}", **{name: torch.ones(shape, dtype=torch.int64)})
        refuse(f"{name}/floats", **{name: torch.ones(2)})
        refuse(f"{name}/booleans", **{name: torch.ones(2, dtype=torch.bool)})
        refuse(f"{name}/unbatched", shape=(4, 3), targets=[1],
               **{"input_lengths": 4, "target_lengths": 1} | {name: [1, 1]})
    cases.refuse("lengths/lists", log_probs=torch.ones(4, 2, 3), targets=torch.tensor([1, 2]), input_lengths=[4, 5],
                 target_lengths=[1, 1])
    cases.refuse("lengths/lists/count", log_probs=torch.ones(4, 2, 3), targets=torch.tensor([1, 2]),
                 input_lengths=[4], target_lengths=[1, 1])
    for shape in ((3,), (1,), (3, 2), (1, 2), (0, 2), (2, 1), (2, 0), (1, 2, 2), (2, 2, 1), (), (0,), (2,), (4,)):
        refuse(f"targets/shape/{shape}", targets=torch.ones(shape, dtype=torch.int64),
               target_lengths=[2, 2] if shape == (3,) else [2, 1] if shape != (2, 1) else [1, 2])
    for shape in ((1,), (3,), (0,), (2, 2), (1, 1), (1, 1, 2), ()):
        refuse(f"targets/shape/unbatched/{shape}", shape=(4, 3), targets=torch.ones(shape, dtype=torch.int64),
               input_lengths=4, target_lengths=2)
    for shape in ((0, 2, 3), (4, 0, 3), (4, 2, 0)):
        refuse(f"log_probs/shape/{shape}", shape=shape, targets=torch.ones((shape[1], 1), dtype=torch.int64),
               input_lengths=[shape[0]] * shape[1], target_lengths=[0] * shape[1])
    for shape in ((0, 3), (4, 0), (4,), ()):
        refuse(f"log_probs/shape/{shape}", shape=shape, targets=[1], input_lengths=0, target_lengths=0)
    refuse("log_probs/shape/rank_4", shape=(4, 2, 3, 1))
    for blank in (-1, 3, 2**40):
        refuse(f"blank/{blank}", blank=blank)
        refuse(f"blank/unbatched/{blank}", shape=(4, 3), targets=[1], input_lengths=4, target_lengths=1, blank=blank)
    refuse("reduction", reduction="average")


def ctc(cases):
    for make in (grid, length_edges, shape_edges, label_edges, infinity_edges, peaks, blocks, torch_samples, refusals):
        make(cases)
