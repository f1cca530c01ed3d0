"""The longest chain of calls in a run, each of which waits for the one before: what no parallelism can shorten.

Read from the log of `-v`, which names each call, the object that it is for, when it ended and how long it took; and from the
state, which names what each object needs. Within one object, two calls are a chain when one begins after the other has ended.
"""
import re
from datetime import datetime

LINE = re.compile(
    r"^(?P<ended>\S+Z)\s+INFO (?:.*?object\{address=(?P<address>[^}]*)\})?(?P<check>.*?check\{[^}]*\})?.*?"
    r"stack::aws: (?P<what>.+?) (?P<status>\d{3}) in (?P<ms>\d+) ms"
)


def calls(log):
    """Each call of a log: (object or check or None, operation, seconds at its begin, at its end)."""
    found = []
    for line in log.splitlines():
        if match := LINE.match(line):
            ended = datetime.fromisoformat(match["ended"].replace("Z", "+00:00")).timestamp()
            of = match["address"] or ("check" if match["check"] else None)
            found.append((of, match["what"], ended - int(match["ms"]) / 1e3, ended))
    return found


def depth(spans, slack=0.004):
    """How many of these follow one another: the most that do not overlap, by more than a clock's grain."""
    count, free = 0, float("-inf")
    for begin, end in sorted(spans, key=lambda span: span[1]):
        if begin >= free - slack:
            count, free = count + 1, end
    return count


def longest(own, needs):
    """The longest path through `needs`, each object weighing its own chain: (length, path)."""
    known = {}

    def of(address, seen=()):
        if address in known:
            return known[address]
        before = max((of(other, (*seen, address)) for other in needs.get(address, ()) if other not in seen), default=(0, []))
        known[address] = (before[0] + own.get(address, 0), [*before[1], address])
        return known[address]

    return max((of(address) for address in own), default=(0, []))
