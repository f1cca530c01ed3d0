"""What a binary is made of: its sections, and the crates that its code comes from where it has symbols."""
import re
import shutil
import subprocess

NAMES = {
    ".text": "code",
    ".rodata": "constants",
    ".data.rel.ro": "tables of pointers",
    ".eh_frame": "how a stack is unwound",
    ".rela.dyn": "pointers to be written at start",
}


def sections(path):
    """Bytes by section, the biggest first; what is small together."""
    if not shutil.which("readelf"):
        return {}
    told = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True).stdout
    found = {}
    for name, kind, size in re.findall(r"\] (\.\S+)\s+(\S+)\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+)", told):
        if kind != "NOBITS":
            name = NAMES.get(name, "the rest")
            found[name] = found.get(name, 0) + int(size, 16)
    return dict(sorted(found.items(), key=lambda part: -part[1]))


def crates(path, most=16):
    """Bytes of code by crate, the biggest first; nothing where the symbols are stripped."""
    if not shutil.which("nm"):
        return {}
    told = subprocess.run(["nm", "-SC", "--defined-only", path], capture_output=True, text=True).stdout
    found = {}
    for size, kind, name in re.findall(r"^[0-9a-f]+ ([0-9a-f]+) ([tTwW]) (.*)$", told, re.M):
        # `<a::B as c::D>::e` is code of `a`; what is made of `core` with a type of ours is counted as core's.
        crate = re.match(r"[<&(*]*(?:mut |const |dyn )*([A-Za-z_]\w*)::", name)
        crate = crate[1] if crate else "C and assembly"
        found[crate] = found.get(crate, 0) + int(size, 16)
    biggest = dict(sorted(found.items(), key=lambda part: -part[1])[:most])
    return {**biggest, "all others": sum(found.values()) - sum(biggest.values())} if found else {}
