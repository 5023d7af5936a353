"""What the library wants to be: so many times as fast as its fastest rival."""

# With a new gradient, in every row.
NEW_TARGET = 1.0

# With a gradient that is used again.
ROW_TARGETS = {
    "cross_entropy/512x128000": 2.5,
    "cross_entropy/8x21x256x256": 3.0,
    "ctc/T50-N16-C20-S30": 10.0,
    "ctc/T150-N16-C64-S40": 10.0,
    "ctc/T500-N32-C32-S100": 10.0,
    "ctc/T1000-N16-C5000-S150": 5.0,
}

# Where the target is one against PyTorch alone.
PYTORCH_ROWS = "ctc/"
PYTORCH_WAYS = ["eager", "compiled"]


def rivals(name, ways):
    """Those of the ways that the target of a row is about."""
    return PYTORCH_WAYS if name.startswith(PYTORCH_ROWS) else ways


def target(name, elements):
    by_size = 5.0 if elements <= 1000 else 2.5 if elements <= 10_000 else 1.1
    return ROW_TARGETS.get(name, by_size)
