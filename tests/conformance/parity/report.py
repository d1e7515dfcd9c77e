"""The results for a person, and as JSON."""

import collections

import compare

_COLUMNS = (compare.EQUAL, compare.EXPLAINED, compare.DIFFERS, compare.WE_REJECT, compare.SDK_REJECTS,
            compare.BOTH_REJECT)


def table(rows):
    counts = collections.defaultdict(collections.Counter)
    for row in rows:
        counts[row["kind"]][row["outcome"]] += 1
        counts["all"][row["outcome"]] += 1
    lines = ["".join([f"{'':22}", *(f"{column:>13}" for column in _COLUMNS)])]
    for kind in [*sorted(set(counts) - {"all"}), "all"]:
        lines.append("".join([f"{kind:22}", *(f"{counts[kind][column] or '.':>13}" for column in _COLUMNS)]))
    return lines


def details(row, explained_too):
    if "message" in row:
        if row["unexplained"] or explained_too:
            yield f"  {row['message'][:600]}"
            if row["reason"]:
                yield f"    explained: {row['reason']}"
        return
    for difference, reason in row["differences"]:
        if reason is None:
            yield f"  {difference}"
        elif explained_too:
            yield f"  {difference}\n    explained: {reason}"


def show(rows, unused, explained_too):
    for row in rows:
        lines = [*details(row, explained_too), *(f"  not valid: {problem}" for problem in row["invalid"])]
        if lines:
            print(f"{row['file']} ({row['kind']}): {row['outcome']}", *lines, sep="\n")
    for entry in unused:
        print(f"note: explained.yml explains what no longer happens: {entry['reason']}")
    print(*table(rows), sep="\n")


def as_json(rows):
    result = []
    for row in rows:
        row = dict(row)
        if "differences" in row:
            row["differences"] = [{"path": one.path, "ours": one.ours, "sdk": one.sdk, "explained": reason}
                                  for one, reason in row["differences"]]
        result.append(row)
    return result
