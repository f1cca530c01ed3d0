"""Runs a program in a pseudo-terminal of its own, and talks to it.

Takes JSON on stdin: the program's words, its environment and directory, how wide the terminal is, and a talk: pairs of
a text to wait for and a text to type then. Writes JSON: all that the terminal showed, and how the program ended.
"""

import errno
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

ask = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    # The width is set before the program looks at it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, ask["columns"], 0, 0))
    # A shell begins a program with these as the system has them, also where whoever runs the tests ignores them, as what
    # is begun in the background does.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)
    os.chdir(ask["directory"])
    os.execve(ask["words"][0], ask["words"], ask["environment"])

shown = b""
seen = 0
talk = list(ask["talk"])
deadline = time.monotonic() + ask["seconds"]
is_late = False
while True:
    left = deadline - time.monotonic()
    ready, _, _ = select.select([terminal], [], [], max(left, 0))
    if not ready:
        is_late = True
        os.kill(child, 9)
        break
    try:
        more = os.read(terminal, 65536)
    except OSError as error:
        # What Linux answers once nobody has the terminal open any more.
        if error.errno != errno.EIO:
            raise
        break
    if not more:
        break
    shown += more
    while talk:
        at = shown.find(talk[0][0].encode(), seen)
        # A question is asked once all of it is there, to the colon.
        end = shown.find(b": ", at)
        if at < 0 or end < 0:
            break
        seen = end + 2
        os.write(terminal, talk.pop(0)[1].encode())

_, status = os.waitpid(child, 0)
json.dump(
    {
        "shown": shown.decode("utf-8", "replace").replace("\r\n", "\n"),
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        "unasked": len(talk),
        "late": is_late,
    },
    sys.stdout,
)
