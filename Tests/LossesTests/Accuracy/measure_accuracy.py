"""Measures how accurate the losses are, and PyTorch's on the same inputs, and prints Markdown tables.

    python Tests/LossesTests/Accuracy/measure_accuracy.py [--rows TEXT …] [--repeats N] [--seed N] [--kinds]

The inputs are drawn here and written to a folder as reference cases. A test of the package, which does nothing
otherwise, computes them and writes the results to another folder. PyTorch computes them here, eagerly and in the same
precision, what it lacks by a formula as it is commonly written; and `measuring/formulas.py` with 100 digits. The same
seed gives the same table.

In a virtual environment outside the repository:

    pip install torch==2.13.0+cpu torchvision numpy mpmath
"""

import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import torch

sys.dont_write_bytecode = True  # the modules lie among the sources of a Swift package

from measuring import cases, long_sums
from measuring.errors import Errors
from measuring.rows import ROWS_OF_TABLE

PACKAGE = Path(__file__).parents[3]
PRECISIONS = {"Float": np.float32, "Double": np.float64}


def main():
    parser = argparse.ArgumentParser(description="Measures how accurate the losses are, beside PyTorch's.")
    parser.add_argument("--rows", nargs="+", default=[""], metavar="TEXT", help="only rows with TEXT in their name")
    parser.add_argument(
        "--repeats", type=int, default=12, metavar="N", help="draws of each kind of input, 12 by default")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--kinds", action="store_true", help="a row for each kind of input")
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    rows = [row for row in ROWS_OF_TABLE if any(text in row for text in options.rows)]
    for name, dtype in PRECISIONS.items():
        made = cases.make(dtype, rows, options.repeats, options.seed)
        run(made)
        print(f"### {name}\n")
        if options.kinds:
            report(made, by_kind)
            continue
        ordinary = [case for case in made if not case.is_cancelling]
        report([case for case in ordinary if not case.is_peerless], by_row)
        print(f"### {name}, losses that PyTorch lacks\n")
        report([case for case in ordinary if case.is_peerless], by_row)
        print(f"### {name}, where results are small differences\n")
        report([case for case in made if case.is_cancelling], by_kind)
        print(f"### {name}, sums of ten million terms\n")
        long = list(long_sums.make(dtype, options.seed))
        run(long)
        report(long, lambda case: case.row if case.kind == "long" else f"{case.row}, ten million classes")


def by_kind(case):
    return f"{case.row}: {case.kind}"


def run(made):
    """Has this library compute the cases."""
    with tempfile.TemporaryDirectory() as folder:
        given, results = Path(folder, "cases"), Path(folder, "results")
        for part in (given, results):
            part.mkdir()
        cases.write(made, given)
        environment = os.environ | {"LOSSES_REFERENCE_DIR": str(given), "LOSSES_RESULTS_DIR": str(results)}
        swift = subprocess.run(["swift", "test", "--filter", "ReferenceResultTests"], cwd=PACKAGE, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if swift.returncode:
            sys.exit(swift.stdout)
        cases.read(made, results)


def by_row(case):
    return case.row


def report(made, title):
    rows = {}
    for case in made:
        ours, theirs = rows.setdefault(title(case), (Errors(), Errors()))
        ours.add(case, case.ours)
        theirs.add(case, case.torch)
    print(line(["loss", "value", "PyTorch", "gradient", "PyTorch"]))
    print(line(["---"] + ["---:"] * 4))
    for name, (ours, theirs) in rows.items():
        print(line([name, *map(cell, (ours.value, theirs.value, ours.gradient, theirs.gradient))]))
    print(flush=True)


def cell(errors):
    if len(errors) == 1:
        return number(errors[0])
    return f"{number(max(errors))} ({number(median(errors))})"


def number(error):
    if error == np.inf:
        return "∞"
    if error < 99999.5:
        return f"{error:.{1 if error < 99.95 else 0}f}"
    digit, exponent = f"{error:.0e}".split("e")
    return f"{digit}e{int(exponent)}"


def line(cells):
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
