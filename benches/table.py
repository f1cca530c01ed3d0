"""README's tables of figures: made of benches/figures.json, so that all of them are of one run."""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
BEGIN, END = "<!-- Written by benches/run: begin -->", "<!-- Written by benches/run: end -->"
TIMED = ["terraform plan, empty", "stack --version", "stack validate prod", "stack validate, ", "plan over HTTP",
         "plan over HTTPS", "plan, 30 ms an answer", "plan, 100 ms an answer"]
# What a target's figure is, where it is no ratio.
UNITS = {"validate of 5,000 lines": "ms", "plan with 100 ms an answer": "ms", "round trips of an unchanged plan": "",
         "memory with 1,000 clients": "MiB"}
# Of some, each of several has one: what their names begin with.
UNIT_OF = {"calls that the rates refuse": ""}
# The steepest line that counts as one.
STEEP = 1.1


def table(head, rows):
    left = "|" + "|".join("---" if index == 0 else "---:" for index in range(len(head))) + "|"
    return ["| " + " | ".join(head) + " |", left, *("| " + " | ".join(row) + " |" for row in rows), ""]


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def lines(figures):
    """The tables, in Markdown."""
    beside = figures["terraform"]
    where = "run beside" if beside["measured here"] else "as published, for there was none to run"
    told = [f"Counted {figures['on']}; Terraform's empty plan, without a provider, was {where}.", ""]
    rows = []
    for begin in TIMED:
        # How many lines were validated is in the name.
        name = next(name for name in [*figures, "terraform plan, empty"] if name.startswith(begin))
        cost = beside if name.startswith("terraform") else figures[name]
        of = [f"{cost[part] / beside[part]:.2f}" for part in ("wall_ms", "memory_mib")]
        rows.append([f"a {name}" if name.startswith(("stack", "terraform")) else name, f"{short(cost['wall_ms'])} ms",
                     f"{short(cost['cpu_ms'])} ms", f"{cost['memory_mib']:.1f} MiB", *of])
    told += table(["", "wall", "CPU", "memory", "wall, of Terraform's", "memory, of Terraform's"], rows)
    told += [f"Less than {figures['memory that can be told, MiB']} MiB cannot be told: it is what the process has that starts the others.", ""]
    rows = []
    for name, target in figures["targets"].items():
        if name.startswith("slope of "):
            continue
        unit = UNITS.get(name, next((unit for begin, unit in UNIT_OF.items() if name.startswith(begin)), "×"))
        unit = f" {unit}" if unit else ""
        rows.append([name, short(target["at most"]) + unit, short(target["figure"]) + unit, "yes" if target["met"] else "**no**"])
    told += table(["target", "at most", "measured", "met"], rows)
    rows = []
    for name, points in figures["growth"].items():
        for point in points:
            rows.append([name, f"{point['size']:,}", f"{point['wall_ms'] / 1e3:.2f} s", f"{short(point['cpu_ms'])} ms",
                         f"{point['memory_mib']:.1f} MiB", f"{point['calls']:,}"])
    told += table(["growth", "of", "wall", "CPU", "memory", "calls"], rows)
    rows = [[name, *(f"{slope:.3f}" if slope <= STEEP else f"**{slope:.3f}**" for slope in slopes.values())]
            for name, slopes in figures["slopes"].items()]
    told += [f"How it grows from ten on, as the power of the size (at most {STEEP} is asked for):", ""]
    told += table(["growth", "wall", "CPU", "memory", "calls"], rows)
    for verb in ("apply", "destroy"):
        chain = figures[f"{verb}, 100 ms an answer"]
        told += [f"**{verb.capitalize()} with 100 ms an answer** takes {chain['seconds']:.2f} s for {chain['calls']} calls, of which the longest "
                 f"chain is {chain['chain']}: what is asked before the first change, then {' → '.join(f'`{one}`' for one in chain['path'])}.", ""]
    calls = figures["calls of an unchanged plan"]
    said = ", ".join(f"{count} × `{name}`" if count > 1 else f"`{name}`" for name, count in calls.items())
    told += [f"**The {sum(calls.values())} calls of an unchanged plan**, {figures['round trips of an unchanged plan']} round trip(s) "
             f"one after the other: {said}.", ""]
    size = lambda parts: ", ".join(f"{name} {part / 2**20:.2f}" for name, part in parts.items())
    told += [f"**The binary**, stripped, has {figures['binary, bytes'] / 2**20:.1f} MiB: "
             f"{size(figures['binary, by what it is made of'])}. Its code, by crate: {size(figures['binary, code by crate'])}.", ""]
    if counted := [f"{figures[f'instructions of {name}']:,} for `stack {name}`" for name in ("--version", "validate prod")
                   if f"instructions of {name}" in figures]:
        told += [f"**Instructions of a start**: {', '.join(counted)}.", ""]
    built = [f"{name.removeprefix('build, ')} {cost['seconds']:,.1f} s" for name, cost in figures.items() if name.startswith("build, ")]
    told += [f"**To build it** with README's first command: {', '.join(built)}.", ""]
    return told


def write():
    """Puts the tables into README, between their marks."""
    text = README.read_text()
    before, rest = text.split(BEGIN + "\n")
    _, after = rest.split(END)
    return before + BEGIN + "\n" + "\n".join(lines(json.loads((HERE / "figures.json").read_text()))) + END + after


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if README.read_text() != write():
            sys.exit("README's figures are not those of benches/figures.json: run python3 benches/table.py")
        print("README's figures are those of benches/figures.json")
    else:
        README.write_text(write())
