"""Turns a screen as tmux gives it (text with colours) into a picture that is at home in light and dark.

    picture.py SCREEN HOME OUT    the folder HOME is shown as /disk/you
    picture.py --words SVG        the words of a picture, for comparing
"""

import html
import re
import sys
import unicodedata

WIDTH, HEIGHT, SIZE, EDGE = 8.4, 19, 14, 20
# Name, light, dark: the eight colours of a terminal, readable on either ground.
COLOURS = [
    ("black", "#24292f", "#8b949e"),
    ("red", "#b3261e", "#ff8a80"),
    ("green", "#1a6b2f", "#6fdd8b"),
    ("yellow", "#7a5200", "#e3b341"),
    ("blue", "#0a54b0", "#79b8ff"),
    ("magenta", "#7b35b8", "#d2a8ff"),
    ("cyan", "#0b6172", "#6fd6e8"),
    ("white", "#57606a", "#e6edf3"),
]


class Look:
    def __init__(self):
        self.colour, self.bold, self.dim, self.under = None, False, False, False

    def change(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 4:
                self.under = True
            elif code == 22:
                self.bold = self.dim = False
            elif code == 24:
                self.under = False
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.colour = code % 10
            elif code == 39:
                self.colour = None
            elif code == 38 and codes[:1] == [5] and len(codes) > 1:
                number = codes[1]
                if number > 15:
                    sys.exit(f"a colour that this picture has no word for: {number}")
                self.colour, codes = number % 8, codes[2:]

    def classes(self):
        names = [] if self.colour is None else [COLOURS[self.colour][0]]
        names += [name for name in ("bold", "dim", "under") if getattr(self, name)]
        return " ".join(names)


def runs(line, look):
    """The pieces of a line that look alike: column, text, width, classes."""
    pieces, column = [], 0
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            look.change(part[2:-1])
            continue
        # Wide gaps begin a new piece, so that no font can move what is in columns.
        for text in re.findall(r"\S+(?: \S+)*|\s+", part):
            width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
            if not text.isspace():
                pieces.append((column, text, width, look.classes()))
            column += width
    return pieces


def picture(screen, home):
    lines = screen.replace(home, "/disk/you").rstrip("\n").split("\n")
    while lines and not re.sub(r"\x1b\[[0-9;]*m", "", lines[-1]).strip(" $"):
        lines.pop()
    look = Look()
    rows = [runs(line, look) for line in lines]
    # What was typed stands out.
    for row in rows:
        if row and row[0][1].startswith("$ "):
            row[:] = [(column, text, width, f"{classes} bold".strip()) for column, text, width, classes in row]
    columns = max((column + width for row in rows for column, _, width, _ in row), default=1)
    wide, high = round(columns * WIDTH + 2 * EDGE), len(rows) * HEIGHT + 2 * EDGE + 22
    style = [
        f"text {{ font: {SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #24292f }}",
        ".ground { fill: #f6f8fa; stroke: #d0d7de } .knob { fill: #d0d7de }",
        ".bold { font-weight: bold } .dim { opacity: .7 } .under { text-decoration: underline }",
    ]
    style += [f".{name} {{ fill: {light} }}" for name, light, _ in COLOURS]
    style.append("@media (prefers-color-scheme: dark) {")
    style.append("text { fill: #e6edf3 } .ground { fill: #161b22; stroke: #30363d } .knob { fill: #484f58 }")
    style += [f".{name} {{ fill: {dark} }}" for name, _, dark in COLOURS]
    style.append("}")
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">',
        "<title>skillzdrive in a terminal</title>",
        "<style>",
        *style,
        "</style>",
        f'<rect class="ground" x=".5" y=".5" width="{wide - 1}" height="{high - 1}" rx="8"/>',
        *(f'<circle class="knob" cx="{EDGE + 4 + 18 * n}" cy="19" r="5"/>' for n in range(3)),
    ]
    for index, row in enumerate(rows):
        y = EDGE + 22 + index * HEIGHT + SIZE
        for column, text, width, classes in row:
            cls = f' class="{classes}"' if classes else ""
            x, length = round(EDGE + column * WIDTH, 1), round(width * WIDTH, 1)
            out.append(f'<text{cls} x="{x}" y="{y}" textLength="{length}">{html.escape(text, quote=False)}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    if sys.argv[1] == "--words":
        with open(sys.argv[2], encoding="utf-8") as file:
            lines = {}
            for y, text in re.findall(r'<text[^>]* y="(\d+)"[^>]*>([^<]*)</text>', file.read()):
                lines.setdefault(int(y), []).append(html.unescape(text))
        print("\n".join(" ".join(lines[y]) for y in sorted(lines)))
        return
    screen, home, out = sys.argv[1:]
    with open(screen, encoding="utf-8") as file:
        drawn = picture(file.read(), home)
    with open(out, "w", encoding="utf-8") as file:
        file.write(drawn)


main()
