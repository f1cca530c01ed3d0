"""A plot of growth, on two logarithmic axes, as SVG."""
import math

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 360, 70, 50, 30, 220
COLOURS = ["#1f6feb", "#d29922", "#2da44e", "#cf222e", "#8250df"]


def slope(points):
    """The power with which y grows with x: the least squares of their logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys)) / sum((x - middle_x) ** 2 for x in xs)


def svg(series):
    """CPU time by size, a line for each series."""
    points = [(point["size"], point["cpu_ms"]) for line in series.values() for point in line]
    most_x, least_y, most_y = max(x for x, _ in points), min(y for _, y in points), max(y for _, y in points)
    low, high = math.floor(math.log10(least_y)), math.ceil(math.log10(most_y))
    across = lambda x: LEFT + (WIDTH - LEFT - RIGHT) * math.log10(x) / max(math.log10(most_x), 1)
    up = lambda y: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (math.log10(y) - low) / max(high - low, 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" fill="#1f2328">CPU time by number of clients or stacks (ms, both axes logarithmic)</text>',
    ]
    for power in range(low, high + 1):
        y = up(10**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{10**power:g}</text>')
    for power in range(int(math.log10(most_x)) + 1):
        x = across(10**power)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#57606a">{10**power:,}</text>')
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = "L".join(f"{across(point['size']):.1f} {up(point['cpu_ms']):.1f}" for point in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in line:
            parts.append(f'<circle cx="{across(point["size"]):.1f}" cy="{up(point["cpu_ms"]):.1f}" r="3" fill="{colour}"/>')
        y = TOP + 16 + 20 * index
        parts.append(f'<path d="M{WIDTH - RIGHT + 16} {y - 4}h20" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 42}" y="{y}" fill="#1f2328">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
