"""Times the losses side by side with PyTorch's and JAX's, in the same run, and prints a Markdown table.

    python Sources/Benchmarks/compare.py [--filter TEXT …] [--ways WAY,…] [--repeat N] [--swift-flags FLAGS]
    python Sources/Benchmarks/compare.py --sweep SEED [--count N] [--results FILE] …

Each row of `swift run -c release Benchmarks` is also measured, with inputs of the same kind, in the ways in which users
of PyTorch and JAX compute a loss and its gradient, as far as these packages are installed:

    eager       the loss of PyTorch, or of another package where it has none, then autograd
    compiled    the same through `torch.compile`, then autograd
    chunked     the path of PyTorch that takes some rows at a time, then autograd
    JAX         loss and gradient through `jax.jit` as one function, with the losses of optax where it has them
    JAX into    the same, with the memory of the last gradient donated to the next

Everything has two threads. The ways take turns: each is measured for about a third of a second, which gives the median
time of a call. This is done `--repeat` times, and the best turn of each way counts, since disturbances only make a turn
slower.

The two ratios divide the fastest of eager, compiled, chunked and JAX, which are what their users write, by our time:
with a reused gradient, and with a new one. Above 1, ours is faster. `JAX into` is shown but does not count. The last
columns are the memory in MB that is taken besides arguments and gradients: by ours, and by the fastest. Rows that miss
their target follow; for CTC the target is relative to PyTorch. Run this on a machine that does nothing else: PyTorch's
threads spin while they wait for each other, and lose most if they have to share a core.

A sweep measures rows of random shapes instead, of every loss in turn; the logarithms of the lengths are uniform. Its
table has the ratios for a reused gradient, a new one, and the value alone, and how many times as long as its limit each
takes. The limit is a loop that reads the same operands and writes the same results on the same threads; the Swift
program measures it in the same run. The worst rows come first. A row that fails is reported, and the others go on.

In a virtual environment outside the repository:

    pip install torch==2.13.0+cpu numpy jax optax torchvision kornia info-nce-pytorch pytorch-metric-learning torchaudio
"""

import argparse
import os
import platform
import shlex
import statistics
import sys
from importlib import metadata
from pathlib import Path

sys.dont_write_bytecode = True  # the modules are among the sources of a Swift package

from comparison import rows, sweep, swift, targets
from comparison.competitors import COUNTED, WAYS, Competitors
from comparison.text import line, megabytes, microseconds, ratio

THREADS = 2
PACKAGES = [
    "torch", "jax", "optax", "torchvision", "kornia", "info-nce-pytorch", "pytorch-metric-learning", "torchaudio"]
HEADINGS = ["row", "ours into", "ours new", *WAYS, "ratio into", "ratio new", "our MB", "their MB"]


def main():
    options = parse_options()
    use_two_cores()
    benchmarks = swift.build(options.swift_flags)
    print(describe_machine(options.swift_flags) + "\n", flush=True)
    if options.sweep is None and not options.row:
        show_listed_rows(options, benchmarks)
    else:
        names = options.row or swift.sweep(benchmarks, options.sweep, options.count)
        competitors = Competitors(THREADS, [way for way in options.ways if way in COUNTED], with_values=True)
        sweep.run(names, benchmarks, competitors, THREADS, options.repeat, options.results)


def show_listed_rows(options, benchmarks):
    competitors = Competitors(THREADS, options.ways)
    print(line(HEADINGS))
    print(line(["---"] + ["---:"] * (len(HEADINGS) - 1)), flush=True)
    ratios = {"into": {}, "new": {}}
    misses = []
    for index, name in enumerate(options.names):
        print(f"{index + 1}/{len(options.names)} {name}", file=sys.stderr, flush=True)
        times, elements, memory = measure(name, benchmarks, competitors, options.repeat)
        new, into = ratios_of(times, COUNTED)
        if into:
            ratios["new"][name], ratios["into"][name] = new, into
            misses += misses_of(name, times, elements)
        cells = [microseconds(times.get(way)) for way in ["gradient-into", "gradient", *WAYS]]
        sizes = [megabytes(memory.get(way)) for way in ["ours", fastest(times)]]
        print(line([name, *cells, ratio(into), ratio(new), *sizes]), flush=True)
    summarise(ratios, misses)


def parse_options():
    parser = argparse.ArgumentParser(description="Times the losses side by side with PyTorch's and JAX's.")
    parser.add_argument(
        "--filter", action="append", metavar="TEXT",
        help="only the row named TEXT, or all rows with TEXT in their name if there is none; may be repeated")
    parser.add_argument(
        "--sweep", type=int, metavar="SEED", help="rows of random shapes instead, the same ones for the same SEED")
    parser.add_argument("--count", type=int, default=150, metavar="N", help="so many of them, 150 by default")
    parser.add_argument(
        "--row", action="append", metavar="NAME",
        help="the row of that name, measured like those of a sweep: cross_entropy/37x12; may be repeated")
    parser.add_argument(
        "--results", type=Path, metavar="FILE",
        help="keeps the rows of a sweep in FILE, a JSON object per line; those that are there are not measured again")
    parser.add_argument(
        "--ways", type=lambda text: text.split(","), default=WAYS, metavar="WAY,…",
        help="only these ways; without `compiled` a sweep takes less than half of the time")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="turns of each way, 3 by default")
    parser.add_argument(
        "--swift-flags", type=shlex.split, default=[], metavar="FLAGS",
        help='flags of `swift build`, as in --swift-flags="-Xcc -march=x86-64-v3"; the build has a folder of its own')
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error(f"--repeat is {options.repeat}, but must be at least 1")
    if unknown := set(options.ways) - set(WAYS):
        parser.error(f"--ways has {', '.join(sorted(unknown))}, but can have only {', '.join(WAYS)}")
    if len([each for each in [options.filter, options.row, options.sweep] if each is not None]) > 1:
        parser.error("--filter, --row and --sweep exclude each other")
    options.names = rows.NAMES
    if options.filter:
        matches = set()
        for text in options.filter:
            found = {text} if text in rows.NAMES else {name for name in rows.NAMES if text in name}
            if not found:
                parser.error(f"no row has '{text}' in its name")
            matches |= found
        options.names = [name for name in rows.NAMES if name in matches]
    return options


def use_two_cores():
    """Pins the process to two cores. JAX has no other way to limit its threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def measure(name, benchmarks, competitors, repeat):
    """Returns the times in nanoseconds by pass or way, the number of elements, and the memory by way."""
    calls = competitors.calls(name)
    memory = competitors.memory(calls)
    best = {}
    for _ in range(repeat):
        ours, elements, memory["ours"] = swift.measure(benchmarks, name, THREADS)
        for way, time in (ours | competitors.measure(calls)).items():
            best[way] = min(time, best.get(way, time))
    return best, elements, memory


def fastest(times):
    """The fastest way that counts, if there is one."""
    return min((way for way in COUNTED if way in times), key=times.get, default=None)


def ratios_of(times, ways):
    """The time of the fastest of some ways divided by ours: with a new gradient, and with a reused one."""
    others = [times[way] for way in ways if way in times]
    if not others:
        return None, None
    return min(others) / times["gradient"], min(others) / times["gradient-into"]


def misses_of(name, times, elements):
    """Returns the lines that say which targets a row misses."""
    new, into = ratios_of(times, targets.ways(name, COUNTED))
    if new is None:
        return []
    wanted = targets.target(name, elements)
    found = [("into", into, wanted), ("new", new, targets.NEW_TARGET)]
    return [line([name, kind, ratio(value), ratio(aim)]) for kind, value, aim in found if value < aim]


def summarise(ratios, misses):
    if not ratios["into"]:
        return
    for kind, by_name in ratios.items():
        values = by_name.values()
        print(
            f"\nratio {kind}: median {ratio(statistics.median(values))}, least {ratio(min(values))}, "
            f"below 1 in {sum(value < 1 for value in values)} of {len(values)} rows")
    if misses:
        print("\nRows that miss their target:\n")
        print("\n".join([line(["row", "gradient", "ratio", "target"]), line(["---", "---", "---:", "---:"]), *misses]))
    else:
        print("\nAll rows reach their targets.")


def describe_machine(swift_flags):
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            print(f"{package} is not installed", file=sys.stderr)
    flags = f" with `{shlex.join(swift_flags)}`" if swift_flags else ""
    return (
        f"Value and gradient, float32 unless the row says otherwise, in microseconds; {THREADS} threads on "
        f"{processor()}; {swift.version()}{flags}; {', '.join(versions)}.")


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
