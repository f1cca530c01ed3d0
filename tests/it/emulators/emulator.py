"""Runs the module that is named, and ends when whoever started it has closed this process's standard input."""

import os
import runpy
import sys
import threading


def wait() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=wait, daemon=True).start()
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
