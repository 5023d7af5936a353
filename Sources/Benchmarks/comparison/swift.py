"""Builds and runs the benchmark of this library."""

import json
import re
import subprocess
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3]


def build(flags):
    """Builds the program and returns its path. A build with flags has a folder of its own, named after them."""
    scratch = ".build" + "".join(re.findall(r"[-\w]+", "".join(flags)))
    command = ["swift", "build", "-c", "release", "--product", "Benchmarks", "--scratch-path", scratch, *flags]
    output = subprocess.run([*command, "--show-bin-path"], cwd=PACKAGE, check=True, capture_output=True, text=True)
    # Its messages go to standard error: they are not part of the table.
    subprocess.run(command, cwd=PACKAGE, check=True, stdout=2)
    return Path(output.stdout.strip()) / "Benchmarks"


def sweep(program, seed, count):
    """Returns the names of rows of random shapes."""
    command = [program, "--list", "--sweep", str(seed), "--count", str(count)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def measure(program, name, threads):
    """Returns the time of each pass in nanoseconds, the number of elements, and the memory with a reused gradient."""
    command = [program, "--json", "--row", name, "--threads", str(threads)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    passes = [json.loads(line) for line in output.splitlines()]
    memory = next((each["bytes"] for each in passes if "bytes" in each), None)
    return {each["pass"]: each["nanoseconds"] for each in passes}, passes[0]["elements"], memory


def version():
    output = subprocess.run(["swift", "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"Swift version [\d.]+", output)[0]
