"""Draws rows from a CSV file, and scales some columns on the way: fresh data, with drift planted or without."""

import argparse
import csv
import random


def draw(rows, count, seed):
    """That many rows, the same for the same seed."""
    return random.Random(seed).sample(rows, min(count, len(rows)))


def scale(row, columns, factor):
    """The row with some of its numbers multiplied, as a microscope with another calibration would give them."""
    return {name: repr(round(float(value) * factor, 6)) if name in columns else value for name, value in row.items()}


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="the CSV file to draw from")
    parser.add_argument("--output", required=True, help="the CSV file to write")
    parser.add_argument("--rows", type=int, default=400, help="how many rows")
    parser.add_argument("--seed", type=int, default=7, help="seed of the draw")
    parser.add_argument("--columns", nargs="*", default=[], help="columns to scale")
    parser.add_argument("--factor", type=float, default=1.0, help="what they are multiplied with")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse_arguments(arguments)
    with open(options.data, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    with open(options.output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(scale(row, options.columns, options.factor) for row in draw(rows, options.rows, options.seed))


if __name__ == "__main__":
    main()
