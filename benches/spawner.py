"""Runs commands, one a line, and says what each cost; kept small, because of what Linux counts.

A process begins with the memory of the one that started it, and its peak is never told below that: the peak of
this process is the least that can be measured, and is told as `floor`.

A line of stdin is {"argv": [...], "cwd": "...", "env": {...}, "out": "path"}; a line of stdout answers it with
{"code": 0, "wall": seconds, "cpu": seconds, "memory": bytes}.
"""
import json
import os
import sys
import time

WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def main():
    with open("/proc/self/status") as status:
        floor = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    print(json.dumps({"floor": floor}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        os.chdir(asked["cwd"])
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, asked["out"], WRITE, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, asked["out"] + ".err", WRITE, 0o600),
        ]
        began = time.perf_counter()
        pid = os.posix_spawn(asked["argv"][0], asked["argv"], asked["env"], file_actions=actions)
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - began
        answer = {
            "code": os.waitstatus_to_exitcode(status),
            "wall": wall,
            "cpu": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss * 1024,
        }
        print(json.dumps(answer), flush=True)


main()
