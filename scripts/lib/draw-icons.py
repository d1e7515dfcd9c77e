#!/usr/bin/env python3
"""Draws the 32x32 icon of every task, tasks/<name>/icon.png, and the extension's of 128x128, icon.png, with the standard library
alone.

An icon is a rounded square of the task's colour with white shapes on it. A shape is a function from a point to "inside or
not", in a square of 32 by 32 units whose origin is at the top left; samples inside each pixel smooth the edges.
"""

import argparse
import math
import pathlib
import struct
import zlib

UNITS = 32  # in each direction of the square that shapes are drawn in
TASK_PIXELS, EXTENSION_PIXELS = 32, 128  # as task.json and the Marketplace ask for
SAMPLES = 6  # in each direction of a pixel

WHITE = (255, 255, 255)
BLUE, TEAL, GREEN, VIOLET, ORANGE, SLATE = (0, 90, 158), (0, 120, 130), (16, 124, 65), (92, 45, 145), (202, 80, 16), (66, 82, 104)


def disc(x, y, radius):
    return lambda px, py: math.hypot(px - x, py - y) <= radius


def polygon(*corners):
    def inside(px, py):
        crossings = False
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
            if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
                crossings = not crossings
        return crossings
    return inside


def line(width, *points):
    """A line through the points, with round ends."""
    def inside(px, py):
        return any(_distance(px, py, *start, *end) <= width / 2 for start, end in zip(points, points[1:]))
    return inside


def rounded_square(left, top, right, bottom, radius):
    def inside(px, py):
        dx = max(left + radius - px, px - (right - radius), 0)
        dy = max(top + radius - py, py - (bottom - radius), 0)
        return math.hypot(dx, dy) <= radius and left <= px <= right and top <= py <= bottom
    return inside


def hexagon(x, y, radius):
    return polygon(*((x + radius * math.sin(k * math.pi / 3), y - radius * math.cos(k * math.pi / 3)) for k in range(6)))


def _distance(px, py, ax, ay, bx, by):
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = min(max(((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length, 0), 1)
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def sliders(color):
    """Three settings, each at its own value."""
    shapes = []
    for y, knob in ((9, 20.5), (16, 11.5), (23, 18)):
        shapes += [(line(2.2, (7, y), (25, y)), WHITE), (disc(knob, y, 3.4), color), (disc(knob, y, 2.6), WHITE)]
    return shapes


def flask(color):
    """A laboratory flask with a play sign: an experiment is started."""
    return [
        (line(2.4, (12, 6.5), (20, 6.5)), WHITE),
        (polygon((13.2, 6), (18.8, 6), (18.8, 12.5), (25.6, 24), (24.4, 26.2), (7.6, 26.2), (6.4, 24), (13.2, 12.5)), WHITE),
        (polygon((13.4, 15), (13.4, 24), (20.6, 19.5)), color),
    ]


def hourglass(color):
    """An hourglass: somebody else keeps watch."""
    return [
        (line(2.6, (9.5, 6.5), (22.5, 6.5)), WHITE), (line(2.6, (9.5, 25.5), (22.5, 25.5)), WHITE),
        (polygon((10.5, 7), (21.5, 7), (21.5, 10.5), (17.2, 16), (21.5, 21.5), (21.5, 25), (10.5, 25), (10.5, 21.5),
                 (14.8, 16), (10.5, 10.5)), WHITE),
        (polygon((13, 11.2), (19, 11.2), (16, 15)), color), (polygon((13, 24), (19, 24), (16, 20.2)), color),
    ]


def shield(color):
    """A shield with a tick."""
    return [
        (polygon((16, 5), (25.5, 8), (25.5, 15.5), (23.6, 20.4), (20.4, 24.2), (16, 27),
                 (11.6, 24.2), (8.4, 20.4), (6.5, 15.5), (6.5, 8)), WHITE),
        (line(2.8, (11.6, 16), (14.9, 19.3), (20.6, 12)), color),
    ]


def cube(color):
    """A box on a shelf of versions."""
    edges = [line(1.5, (16, 16), (16, 26)), line(1.5, (16, 16), (7.4, 11)), line(1.5, (16, 16), (24.6, 11))]
    return [(hexagon(16, 16, 10.6), WHITE)] + [(edge, color) for edge in edges]


def cluster(color):
    """A ring of nodes with an arrow into it: something is put to work there."""
    nodes = [(16 + 9 * math.sin(k * math.pi / 3), 16 - 9 * math.cos(k * math.pi / 3)) for k in range(6)]
    ring = [(line(1.6, start, end), WHITE) for start, end in zip(nodes, nodes[1:] + nodes[:1])]
    return ring + [(disc(x, y, 2.5), WHITE) for x, y in nodes] + [
        (polygon((16, 10.6), (21, 16.2), (17.6, 16.2), (17.6, 21), (14.4, 21), (14.4, 16.2), (11, 16.2)), WHITE),
    ]


def blocks(color):
    """Three layers that stand on one another."""
    layer = lambda top: polygon((16, top), (25, top + 4.5), (16, top + 9), (7, top + 4.5))
    return [(layer(15.5), WHITE), (layer(11.8), color), (layer(11), WHITE), (layer(7.3), color), (layer(6.5), WHITE)]


ICONS = {
    "MlopsConfigResolveV1": (TEAL, sliders),
    "MlopsAmlSubmitV1": (BLUE, flask),
    "MlopsAmlWaitV1": (BLUE, hourglass),
    "MlopsQualityGateV1": (GREEN, shield),
    "MlopsModelRegisterV1": (VIOLET, cube),
    "MlopsDeployAksV1": (ORANGE, cluster),
    "MlopsArmDeployV1": (SLATE, blocks),
}

EXTENSION_ICON = (BLUE, flask)


def render(color, shapes, pixels):
    """The rows of RGBA bytes; later shapes lie on top of earlier ones."""
    layers = [(rounded_square(0.5, 0.5, UNITS - 0.5, UNITS - 0.5, 5.5), color), *shapes]
    unit = UNITS / pixels
    offsets = [(sample + 0.5) / SAMPLES for sample in range(SAMPLES)]

    def sample(px, py):
        return next((paint for inside, paint in reversed(layers) if inside(px, py)), None)

    def pixel(x, y):
        paints = [sample((x + dx) * unit, (y + dy) * unit) for dx in offsets for dy in offsets]
        seen = [paint for paint in paints if paint]
        if not seen:
            return bytes(4)
        mean = (round(sum(channel) / len(seen)) for channel in zip(*seen))
        return bytes((*mean, round(255 * len(seen) / len(paints))))

    return [b"".join(pixel(x, y) for x in range(pixels)) for y in range(pixels)]


def png(rows):
    """A PNG file of 8-bit RGBA rows."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows), len(rows), 8, 6, 0, 0, 0)
    scanlines = b"".join(b"\0" + row for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(scanlines, 9)) + chunk(b"IEND", b"")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=pathlib.Path, help="folder with the tasks (default: tasks/ of this repository)",
                        default=pathlib.Path(__file__).resolve().parents[2] / "tasks")
    tasks = parser.parse_args().tasks
    for name, (color, draw) in ICONS.items():
        (tasks / name / "icon.png").write_bytes(png(render(color, draw(color), TASK_PIXELS)))
    color, draw = EXTENSION_ICON
    (tasks.parent / "icon.png").write_bytes(png(render(color, draw(color), EXTENSION_PIXELS)))


if __name__ == "__main__":
    main()
