"""Rows of random shapes: how many times as fast as its fastest competitor each is, and how close to its limit."""

import json
import statistics
import sys
import time

from . import rows, swift, targets
from .competitors import COUNTED, value_way
from .text import line, microseconds, ratio

# What is compared: its name, the pass of the Swift program, its limit there, and the name of a competitor's way.
COMPARISONS = [
    ("into", "gradient-into", "gradient-limit", str),
    ("new", "gradient", "gradient-limit", str),
    ("value", "forward", "forward-limit", value_way),
]
HEADINGS = [
    "row", "ours into", "fastest", "way",
    *(f"{column} {comparison}" for column in ["ratio", "limit"] for comparison, *_ in COMPARISONS)]


def run(names, benchmarks, competitors, threads, repeat, results):
    """Measures the rows, and prints a table of them. `results` is the file that they are kept in, or `None`."""
    records = read(results) if results else {}
    for index, name in enumerate(names):
        if name in records:
            continue
        start = time.monotonic()
        try:
            records[name] = measure(name, benchmarks, competitors, threads, repeat)
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        if results:
            with results.open("a") as file:
                file.write(json.dumps(records[name]) + "\n")
        found = progress(records[name], time.monotonic() - start)
        print(f"{index + 1}/{len(names)} {found}", file=sys.stderr, flush=True)
    show([records[name] for name in names if name in records])


def read(results):
    """Returns the rows of a file, by name, if there is one."""
    lines = results.read_text().splitlines() if results.exists() else []
    return {record["name"]: record for record in map(json.loads, lines)}


def measure(name, benchmarks, competitors, threads, repeat):
    """Returns what is known of a row: the best times in nanoseconds by pass or way, and the ratios."""
    calls = competitors.calls(name)
    times = {}
    for _ in range(repeat):
        ours, elements, _ = swift.measure(benchmarks, name, threads)
        for way, nanoseconds in (ours | competitors.measure(calls)).items():
            times[way] = min(nanoseconds, times.get(way, nanoseconds))
    ratios = {}
    for comparison, ours, _, way_of in COMPARISONS:
        theirs = [times[way_of(way)] for way in COUNTED if way_of(way) in times]
        ratios[comparison] = min(theirs) / times[ours] if theirs else None
    limits = {comparison: times[ours] / times[limit] for comparison, ours, limit, _ in COMPARISONS}
    return {
        "name": name, "kind": rows.kind(name), "elements": elements, "ratios": ratios, "limits": limits, "times": times}


def progress(record, seconds):
    found = ", ".join(f"{comparison} {ratio(value)}" for comparison, value in record["ratios"].items())
    return f"{record['name']}: {found} ({seconds:.0f} s)"


def show(records):
    """Prints the rows that have a competitor, worst first, and how many miss their targets."""
    alone = [record["name"] for record in records if record["ratios"]["into"] is None]
    compared = sorted((record for record in records if record["name"] not in alone), key=worst_ratio)
    print(line(HEADINGS))
    print(line(["---", "---:", "---:", "---", *["---:"] * 6]))
    for record in compared:
        times = record["times"]
        fastest = min((way for way in COUNTED if way in times), key=times.get)
        print(line([
            record["name"], microseconds(times["gradient-into"]), microseconds(times[fastest]), fastest,
            *map(ratio, [*record["ratios"].values(), *record["limits"].values()])]))
    if alone:
        print(f"\nWithout a competitor: {', '.join(alone)}.")
    few = [record for record in compared if rows.classes(record["name"]) in targets.FEW_CLASSES]
    summarise("All rows", compared, targets.SWEEP_TARGET)
    summarise(f"From {targets.FEW_CLASSES[0]} to {targets.FEW_CLASSES[-1]} classes", few, targets.FEW_CLASSES_TARGET)


def worst_ratio(record):
    return min(value for value in record["ratios"].values() if value is not None)


def summarise(title, records, target):
    wanted, near = target
    for comparison, *_ in COMPARISONS:
        found = [record for record in records if record["ratios"][comparison] is not None]
        if not found:
            continue
        values = [record["ratios"][comparison] for record in found]
        slow = [record for record in found if record["ratios"][comparison] < wanted]
        misses = [record for record in slow if record["limits"][comparison] > near]
        print(
            f"\n{title}, {comparison}: median {ratio(statistics.median(values))}, least {ratio(min(values))}; of "
            f"{len(values)}, {len(slow)} below {wanted}, {len(misses)} of them not within {near} times the limit")
        for record in misses:
            values = [ratio(record[kind][comparison]) for kind in ["ratios", "limits"]]
            print(f"- {record['name']}: {values[0]}, at {values[1]} times the limit")
