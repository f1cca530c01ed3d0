"""Runs a program, and asks over loopback before each fsync of it. Arguments: PORT LIMIT FULL PROGRAM [ARGUMENT ...]

The kernel stops the program in the call (seccomp, "user notification") until the answer is there, so that a test has the
program in its hands at each save, without a debugger and without rights that others lack. A line goes out for each call:

    file SIZE NAME     the bytes of a file are written, and it is not in its place yet
    dir                a file has been put in its place

and one of these comes back: `go`; `fail N`, the call fails with errno N; `limit N`, from here on no file may grow beyond
N bytes (-1: any size), and the call goes on. LIMIT is such a limit from the start. At the limit the kernel kills the
program in the middle of its write; when FULL is 1, the write fails instead, as it does where a disk is full.
"""

import ctypes
import errno
import fcntl
import os
import resource
import select
import signal
import socket
import stat
import struct
import sys

# Of linux/seccomp.h, linux/prctl.h, linux/filter.h and asm/unistd.h.
CALLS = {"x86_64": {"seccomp": 317, "fsync": 74}, "aarch64": {"seccomp": 277, "fsync": 82}}
PR_SET_NO_NEW_PRIVS = 38
SET_MODE_FILTER, NEW_LISTENER, ONLY_KILLED = 1, 8, 32
NOTIF_RECV, NOTIF_SEND = 0xC0502100, 0xC0182101
FLAG_CONTINUE = 1
NOTIFY, ALLOW = 0x7FC00000, 0x7FFF0000


def limit(pid, size):
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size >= 0 else most, most))


def listener(calls):
    """From here on, this process stops at each fsync; what comes back is where that is heard of."""
    libc = ctypes.CDLL(None, use_errno=True)
    # Load the call's number; is it fsync? Then notify, else allow.
    program = [(0x20, 0, 0, 0), (0x15, 0, 1, calls["fsync"]), (0x06, 0, 0, NOTIFY), (0x06, 0, 0, ALLOW)]
    filters = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    whole = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(filters)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        sys.exit("trap.py: prctl: " + os.strerror(ctypes.get_errno()))
    # No signal but a deadly one takes the program out of a call that is being looked at; kernels before 5.19 know of no
    # such thing, and there the call begins anew.
    for flags in (NEW_LISTENER | ONLY_KILLED, NEW_LISTENER):
        heard = libc.syscall(calls["seccomp"], SET_MODE_FILTER, flags, whole)
        if heard >= 0 or ctypes.get_errno() != errno.EINVAL:
            break
    if heard < 0:
        sys.exit("trap.py: seccomp: " + os.strerror(ctypes.get_errno()))
    return heard


def answer(notify, test):
    """Hears of calls and does what the test says, until the program has ended."""
    lines = test.makefile("r")
    heard = select.poll()
    heard.register(notify, select.POLLIN)
    # Without the program there is nothing more to hear, and a plain read would wait for ever.
    while heard.poll()[0][1] & select.POLLIN:
        notice = bytearray(80)
        try:
            fcntl.ioctl(notify, NOTIF_RECV, notice, True)
        except OSError:
            return
        call, pid = struct.unpack_from("QI", notice)
        (fd,) = struct.unpack_from("Q", notice, 32)
        try:
            file, name = os.stat(f"/proc/{pid}/fd/{fd}"), os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            return
        text = "dir" if stat.S_ISDIR(file.st_mode) else f"file {file.st_size} {os.path.basename(name)}"
        test.sendall(f"{text}\n".encode())
        said = lines.readline().split()
        if not said:
            return
        error, flags = (-int(said[1]), 0) if said[0] == "fail" else (0, FLAG_CONTINUE)
        if said[0] == "limit":
            limit(pid, int(said[1]))
        try:
            fcntl.ioctl(notify, NOTIF_SEND, bytearray(struct.pack("QqiI", call, 0, error, flags)), True)
        except FileNotFoundError:
            # A signal has taken it out of the call.
            continue


def main():
    port, size, full, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1", sys.argv[4:]
    ours, theirs = socket.socketpair()
    # The program becomes this very process, so that whoever started it has it as its child.
    if os.fork() == 0:
        theirs.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        _, (notify,), _, _ = socket.recv_fds(ours, 1, 1)
        with socket.create_connection(("127.0.0.1", port)) as test:
            answer(notify, test)
        os._exit(0)
    ours.close()
    notify = listener(CALLS[os.uname().machine])
    socket.send_fds(theirs, [b"."], [notify])
    os.close(notify)
    theirs.close()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Python ignores both of these, and what is ignored stays so in the program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN if full else signal.SIG_DFL)
    limit(0, size)
    os.execv(program[0], program)


main()
