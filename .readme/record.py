#!/usr/bin/env python3
"""Records a command in a terminal and draws the last screen as an SVG.

    .readme/record.py OUT.svg [--columns N] [--shown TEXT] [--from TEXT] -- COMMAND ...

--shown is the command line that the picture shows; --from leaves out all lines before the first that begins so.
Needs nothing but Python 3 on a Unix. The terminal understands what `stack` writes: colours, bold and dim,
carriage returns, moving up, and erasing lines and the rest of the screen.
"""

import html
import os
import pty
import re
import select
import struct
import sys
import fcntl
import termios

PALETTE = {
    30: "#3b4252", 31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2", 37: "#d7dae0",
    90: "#7f848e", 91: "#ff7b86", 92: "#b5e890", 93: "#ffd68a", 94: "#7cc4ff", 95: "#dd8df0", 96: "#70d6e2", 97: "#ffffff",
}
GROUND, TEXT, DIM = "#1e2127", "#d7dae0", "#8a909c"
CELL, ROW, PAD = 8.43, 19, 16
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|(\r\n|\n|\r|\x08)|([^\x1b\r\n\x08]+)|\x1b")


class Screen:
    """Lines of (character, style) cells, as wide as the terminal; grows downwards without end."""

    def __init__(self, columns):
        self.columns, self.lines, self.row, self.column, self.style = columns, [[]], 0, 0, ()

    def down(self):
        self.row += 1
        while len(self.lines) <= self.row:
            self.lines.append([])

    def feed(self, text):
        for match in TOKEN.finditer(text):
            arguments, command, control, plain = match.groups()
            if plain:
                self.write(plain)
            elif control:
                if "\n" in control:
                    self.down()
                if control == "\x08":
                    self.column = max(0, self.column - 1)
                else:
                    self.column = 0
            elif command:
                self.control(command, arguments)

    def write(self, text):
        for character in text:
            # A terminal goes to the next line when there is something to put there, not before.
            if self.column == self.columns:
                self.down()
                self.column = 0
            line = self.lines[self.row]
            while len(line) <= self.column:
                line.append((" ", ()))
            line[self.column] = (character, self.style)
            self.column += 1

    def control(self, command, arguments):
        numbers = [int(part) for part in arguments.split(";") if part.isdigit()]
        first = numbers[0] if numbers else 0
        if command == "m":
            self.paint(numbers or [0])
        elif command == "A":
            self.row = max(0, self.row - max(1, first))
        elif command == "B":
            self.row = min(len(self.lines) - 1, self.row + max(1, first))
        elif command == "G":
            self.column = max(0, max(1, first) - 1)
        elif command == "K":
            line = self.lines[self.row]
            self.lines[self.row] = [] if first == 2 else line[: self.column] if first == 0 else line
        elif command == "J" and first == 0:
            self.lines[self.row] = self.lines[self.row][: self.column]
            del self.lines[self.row + 1 :]

    def paint(self, numbers):
        style = dict(self.style)
        numbers = list(numbers)
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                style = {}
            elif number == 1:
                style["bold"] = True
            elif number == 2:
                style["dim"] = True
            elif number == 4:
                style["underline"] = True
            elif number == 22:
                style.pop("bold", None), style.pop("dim", None)
            elif number == 24:
                style.pop("underline", None)
            elif number in PALETTE:
                style["colour"] = PALETTE[number]
            elif number == 39:
                style.pop("colour", None)
            elif number == 38 and numbers[:1] == [5]:
                indexed = numbers[1] if len(numbers) > 1 else 7
                style["colour"] = PALETTE.get(30 + indexed if indexed < 8 else 82 + indexed, TEXT)
                del numbers[:2]
            elif number == 38 and numbers[:1] == [2]:
                style["colour"] = "#%02x%02x%02x" % tuple(numbers[1:4])
                del numbers[:4]
        self.style = tuple(sorted(style.items()))


def record(command, columns):
    """Runs the command in a pseudo-terminal and gives all that it writes, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS=str(columns), LC_ALL="C.UTF-8")
        os.environ.pop("NO_COLOR", None)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 500, columns, 0, 0))
    written = b""
    while True:
        select.select([terminal], [], [])
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    _, status = os.waitpid(child, 0)
    return written.decode("utf-8", "replace"), os.waitstatus_to_exitcode(status)


def svg(screen, columns, title):
    lines = screen.lines
    while lines and not "".join(character for character, _ in lines[-1]).strip():
        lines.pop()
    width, height = columns * CELL + 2 * PAD, (len(lines) + 1) * ROW + 2 * PAD + 22
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="9" fill="{GROUND}"/>',
        *(f'<circle cx="{18 + 18 * index}" cy="17" r="5.5" fill="{colour}"/>' for index, colour in enumerate(("#e06c75", "#e5c07b", "#98c379"))),
        "<g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" xml:space=\"preserve\">",
    ]
    rows = [[(character, (("colour", "#7f848e"),)) for character in f"$ {title}"], *lines]
    for index, line in enumerate(rows):
        y = PAD + 22 + (index + 0.75) * ROW
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end][1] == line[start][1]:
                end += 1
            text = "".join(character for character, _ in line[start:end])
            style = dict(line[start][1])
            if text.strip():
                fill = style.get("colour", DIM if style.get("dim") else TEXT)
                extra = ' font-weight="700"' if style.get("bold") else ""
                extra += ' opacity="0.75"' if style.get("dim") and "colour" in style else ""
                extra += ' text-decoration="underline"' if style.get("underline") else ""
                # Word by word, so that the columns hold whatever font a viewer has.
                for word in re.finditer(r"\S+", text):
                    x, length = PAD + (start + word.start()) * CELL, len(word.group()) * CELL
                    parts.append(
                        f'<text x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs" '
                        f'fill="{fill}"{extra}>{html.escape(word.group())}</text>'
                    )
            start = end
    return "\n".join([*parts, "</g>", "</svg>", ""])


def main():
    arguments = sys.argv[1:]
    if "--" not in arguments or not arguments[0].endswith(".svg"):
        sys.exit(__doc__)
    options, command = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    given = dict(zip(options[1::2], options[2::2]))
    columns = int(given.get("--columns", "100"))
    text, code = record(command, columns)
    if code not in (0, 2):
        sys.exit(f"{text}\n{' '.join(command)} ended with {code}; nothing was drawn")
    screen = Screen(columns)
    screen.feed(text)
    if "--from" in given:
        plain = ["".join(character for character, _ in line) for line in screen.lines]
        first = next((index for index, line in enumerate(plain) if line.startswith(given["--from"])), None)
        if first is None:
            sys.exit(f"{text}\nno line begins with {given['--from']!r}; nothing was drawn")
        screen.lines = [[("…", (("colour", "#7f848e"),))], *screen.lines[first:]]
    with open(options[0], "w", encoding="utf-8") as out:
        out.write(svg(screen, columns, given.get("--shown", " ".join(command))))


if __name__ == "__main__":
    main()
