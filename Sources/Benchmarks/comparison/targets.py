"""The targets of the library: how many times as fast as its fastest competitor it should be."""

# In every row of a sweep, unless the time is so few times its limit: (ratio, times the limit).
SWEEP_TARGET = (1.2, 1.3)
# The same for few classes.
FEW_CLASSES = range(2, 17)
FEW_CLASSES_TARGET = (4.0, 1.5)

# With a new gradient, in every row.
NEW_TARGET = 1.0

# With a reused gradient.
ROW_TARGETS = {
    "cross_entropy/512x128000": 2.5,
    "cross_entropy/8x21x256x256": 3.0,
    "linear_cross_entropy/2048x256x32000": 1.15,
    "linear_cross_entropy/1024x512x32000": 1.15,
    "lovasz_softmax/4x21x256x256": 10.0,
    "rnnt/T150-N8-C256-S29": 10.0,
    "rnnt_joined/T150-N8-C256-S29": 10.0,
    "ctc/T50-N16-C20-S30": 10.0,
    "ctc/T150-N16-C64-S40": 10.0,
    "ctc/T500-N32-C32-S100": 10.0,
    "ctc/T1000-N16-C5000-S150": 5.0,
}

# Of the losses that PyTorch lacks, relative to the packages that have them.
PACKAGED_TARGET = 2.0
PACKAGED_LOSSES = """
    sigmoid_focal quantile log_cosh dice jaccard giou ciou info_nce nt_xent sup_con
""".split()

# Rows whose target is relative to PyTorch alone.
PYTORCH_ROWS = "ctc/"
PYTORCH_WAYS = ["eager", "compiled"]


def ways(name, all_ways):
    """Returns the ways that the target of a row is relative to."""
    return PYTORCH_WAYS if name.startswith(PYTORCH_ROWS) else all_ways


def target(name, elements):
    by_size = 5.0 if elements <= 1000 else 2.5 if elements <= 10_000 else 1.1
    if name.split("/")[0] in PACKAGED_LOSSES:
        by_size = max(by_size, PACKAGED_TARGET)
    return ROW_TARGETS.get(name, by_size)
