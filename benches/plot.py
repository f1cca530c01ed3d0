"""A plot of growth: wall time, CPU, memory and calls by size, each on two logarithmic axes, as SVG."""
import math

COLOURS = ["#1f6feb", "#d29922", "#2da44e", "#cf222e", "#8250df"]
# What is shown of each point, from the upper left to the lower right.
PANELS = [("wall_ms", "wall, ms"), ("cpu_ms", "CPU, ms"), ("memory_mib", "peak memory, MiB"), ("calls", "calls of AWS")]
# A panel with its axes, and what it keeps free for their numbers.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 376, 240, 76, 30, 30, 15
LEGEND = 20


def slope(points):
    """The power with which y grows with x: the least squares of their logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys)) / sum((x - middle_x) ** 2 for x in xs)


def panel(series, key, title, at):
    """One measure by size, a line for each series, with its upper left corner at a place."""
    points = [(point["size"], point[key]) for line in series.values() for point in line]
    most_x, least_y, most_y = max(x for x, _ in points), min(y for _, y in points), max(y for _, y in points)
    low, high = math.floor(math.log10(least_y)), math.ceil(math.log10(most_y))
    across = lambda x: LEFT + (WIDTH - LEFT - RIGHT) * math.log10(x) / max(math.log10(most_x), 1)
    up = lambda y: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (math.log10(y) - low) / max(high - low, 1)
    parts = [f'<g transform="translate({at[0]} {at[1]})">', f'<text x="{LEFT}" y="18" fill="#1f2328">{title}</text>']
    for power in range(low, high + 1):
        y = up(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{10**power:,}</text>')
    for power in range(int(math.log10(most_x)) + 1):
        x = across(10**power)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#57606a">{10**power:,}</text>')
    for index, line in enumerate(series.values()):
        colour = COLOURS[index % len(COLOURS)]
        path = "L".join(f"{across(point['size']):.1f} {up(point[key]):.1f}" for point in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in line:
            parts.append(f'<circle cx="{across(point["size"]):.1f}" cy="{up(point[key]):.1f}" r="3" fill="{colour}"/>')
    return [*parts, "</g>"]


def svg(series):
    """The four panels, and what each colour stands for."""
    height = 2 * HEIGHT + LEGEND * (len(series) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{2 * WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for index, (key, title) in enumerate(PANELS):
        parts += panel(series, key, f"{title}, by size", (index % 2 * WIDTH, index // 2 * HEIGHT))
    for index, name in enumerate(series):
        y = 2 * HEIGHT + LEGEND * (index + 1)
        parts.append(f'<path d="M{LEFT} {y - 4}h20" stroke="{COLOURS[index % len(COLOURS)]}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + 28}" y="{y}" fill="#1f2328">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
