"""Times whole processes: wall time, CPU time and peak memory."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, seconds, bytes."""

    wall: float
    cpu: float
    memory: int

    def as_dict(self):
        return {"wall_ms": round(self.wall * 1e3, 2), "cpu_ms": round(self.cpu * 1e3, 2), "memory_mib": round(self.memory / 2**20, 1)}


class Failed(Exception):
    """A command that should have gone well."""


class Spawner:
    """Starts processes from a small one, so that their memory can be told."""

    def __init__(self):
        argv = [sys.executable, "-I", "-S", str(HERE / "spawner.py")]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.floor = json.loads(self.process.stdout.readline())["floor"]
        self.scratch = tempfile.TemporaryDirectory()

    def run(self, argv, cwd, env, codes=(0,)):
        """One run: its cost, and what it wrote to stdout and stderr."""
        out = os.path.join(self.scratch.name, "out")
        asked = {"argv": [str(word) for word in argv], "cwd": str(cwd), "env": env, "out": out}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        said, told = (Path(path).read_text(errors="replace") for path in (out, out + ".err"))
        if answer["code"] not in codes:
            raise Failed(f"{' '.join(asked['argv'])} ended with {answer['code']}:\n{told or said}")
        return Cost(answer["wall"], answer["cpu"], answer["memory"]), said, told

    def typical(self, argv, cwd, env, runs):
        """The median of each figure over some runs, after one that warms the caches."""
        self.run(argv, cwd, env)
        return median([self.run(argv, cwd, env)[0] for _ in range(runs)])

    def paired(self, commands, runs):
        """The medians of several commands, run in turn so that each meets the same machine."""
        costs = {name: [] for name in commands}
        for turn in range(runs + 1):
            for name, (argv, cwd, env) in commands.items():
                cost = self.run(argv, cwd, env)[0]
                if turn > 0:
                    costs[name].append(cost)
        return {name: median(runs) for name, runs in costs.items()}


def median(costs):
    """The median of each figure by itself."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        int(statistics.median(cost.memory for cost in costs)),
    )
