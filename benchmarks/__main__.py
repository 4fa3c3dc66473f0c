"""`python -m benchmarks [NAME …]`: run the benchmarks and print their figures as JSON and a table.

Every module here with a ``run() -> dict`` is a benchmark. Its result maps a figure's name to
``{"value", "unit", "goal"?, "met"?, "how"}``; ratios are taken side by side within one run because
absolute times on a shared machine mean little.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
import time
from pathlib import Path
from types import ModuleType

import benchmarks


def names(package: ModuleType) -> list[str]:
    """Runs there are in a package."""
    return sorted(
        module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_"
    )


def main(package: ModuleType = benchmarks, description: str | None = __doc__) -> int:
    """Run what is asked for and print it; returns how many figures missed their goals."""
    there = names(package)
    parser = argparse.ArgumentParser(prog=f"python -m {package.__name__}", description=description)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(there)}; default all"
    )
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(there)
    if unknown:
        parser.error(f"nothing called {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "started": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()),
    }
    results: dict[str, dict] = {}
    for name in chosen.names or there:
        print(f"… {name}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        results[name] = importlib.import_module(f"{package.__name__}.{name}").run()
        print_table(name, results[name], time.perf_counter() - began)
    if chosen.json:
        chosen.json.write_text(json.dumps({"machine": machine, "results": results}, indent=2))
    figures = [figure for result in results.values() for figure in result.values()]
    return sum(figure.get("met") is False for figure in figures)


def print_table(name: str, figures: dict[str, dict], seconds: float) -> None:
    """One benchmark's figures, a line each."""
    print(f"\n## {name} ({seconds:.0f} s)")
    for figure, fact in figures.items():
        goal = f"  goal {fact['goal']}" if "goal" in fact else ""
        met = {True: "  met", False: "  NOT MET", None: ""}[fact.get("met")]
        value = fact["value"]
        shown = f"{value:.4g}" if isinstance(value, float) else value
        print(f"{figure:<44} {shown} {fact.get('unit', '')}{goal}{met}", flush=True)


if __name__ == "__main__":
    main()
