"""What our executables send for Azure ML's YAML against what the official SDK (azure-ai-ml) sends for the same file.

Usage: parity.py [FOLDER...] --binaries BUILD/bin [--kind KIND] [--only PATTERN] [--set PATH=VALUE] [--show] [--json OUT]
                 [--cache FOLDER] | --document
Exit 1 on a difference that explained.yml doesn't explain, and on a body that Microsoft's resource schemas don't allow.
docs/parity.md says more.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import pathlib
import re
import sys
import tempfile

import yaml

import cache
import compare
import document
import kinds
import normal
import our_side
import overlay
import report
import validity

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
EXAMPLES = REPOSITORY.parent / "shared" / "corpus" / "azureml-examples"

_reads = None


def sdk_result(root, name, kind, overrides, folder):
    """In a process of its own: the SDK's answer for one file, from the cache when it holds."""
    global _reads  # pylint: disable=global-statement
    import sdk_side

    stored = cache.Cache(folder, root)
    key = [kind.name, overrides]
    result = stored.get(name, key)
    if result is None:
        _reads = _reads or cache.Reads()
        result, read = _reads.of(root, lambda: sdk_side.compile_file(root / name, kind, overrides))
        if "rejected" in result:  # not kept: it may be for a file that isn't there, which no read tells
            result["rejected"] = plain(result["rejected"], root)
        else:
            stored.put(name, key, result, read)
    return result


def our_results(binaries, root, cases):
    with our_side.programs(binaries) as programs:
        return [(programs.compile_file(root / name, kind, overrides), programs.base) for name, kind, overrides in cases]


def normal_or_refusal(result, kind, base=None):
    return result if "rejected" in result else normal.normal_form(result["puts"], kind, base)


def plain(message, root):
    """Without colours and the place of the copy."""
    return re.sub(r"\x1b\[\d+m", "", message).replace(str(root) + "/", "").strip()


def compared(arguments, root, cases):
    """[{"file", "kind", "outcome", ...}] of the cases, in their order."""
    explanations = compare.Explanations(HERE / "explained.yml")
    half = (len(cases) + 1) // 2
    with concurrent.futures.ProcessPoolExecutor(2) as processes, concurrent.futures.ThreadPoolExecutor(2) as threads:
        sdk = [processes.submit(sdk_result, root, *case, arguments.cache) for case in cases]
        parts = [threads.submit(our_results, arguments.binaries, root, part) for part in (cases[:half], cases[half:])]
        ours = [result for part in parts for result in part.result()]
        rows = []
        for (name, kind, _), (own, base), future in zip(cases, ours, sdk):
            theirs = future.result()
            if "rejected" in own:
                own["rejected"] = plain(own["rejected"], root)
            verdict = compare.judge(name, kind.name, normal_or_refusal(own, kind, base), normal_or_refusal(theirs, kind),
                                    explanations)
            invalid = validity.problems(own)
            rows.append({"file": name, "kind": kind.name, **verdict, "invalid": invalid})
    whole = not arguments.only and not arguments.kind and not arguments.folder
    return rows, explanations.unused() if whole else []


def selected(arguments, root):
    """(file relative to the root, kind, values from the command line) of what to compare. The root holds a folder for
    each folder asked for."""
    for folder in sorted(root.iterdir()):
        for relative, kind in kinds.cases(folder):
            name = f"{folder.name}/{relative}"
            if arguments.kind and kind.name not in arguments.kind:
                continue
            if arguments.only and not any(part in name or fnmatch.fnmatch(name, part) for part in arguments.only):
                continue
            given = {path: yaml.safe_load(value) for path, value in (one.split("=", 1) for one in arguments.settings)}
            yield name, kind, {**overlay.overrides(kind, kinds.read(root / name)), **given}


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="*", type=pathlib.Path,
                        help="folders of YAML files; without one, cases/ and Azure's own examples where they are")
    parser.add_argument("--binaries", type=pathlib.Path, default=REPOSITORY / "build" / "dev" / "bin")
    parser.add_argument("--kind", action="append", help="only this kind, e.g. \"command job\"; may be repeated")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="only files whose path holds or matches this")
    parser.add_argument("--show", action="store_true", help="print every difference, explained ones with their reason")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="write the results as JSON")
    parser.add_argument("--cache", type=pathlib.Path, metavar="FOLDER", help="keep the SDK's results here between runs")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
                        help="a value that both sides put into the file, e.g. compute=azureml:big; may be repeated")
    parser.add_argument("--document", action="store_true", help="write explained.yml into docs/parity.md, compare nothing")
    return parser.parse_args(argv)


def main(argv):
    arguments = parse(argv)
    if arguments.document:
        document.write()
        return 0
    folders = arguments.folder or [folder for folder in (HERE / "cases", EXAMPLES) if folder.is_dir()]
    if EXAMPLES not in folders and not arguments.folder:
        print("note: Azure's examples are not here; only cases/ is compared")
    with tempfile.TemporaryDirectory(prefix="parity-") as work:
        root = pathlib.Path(work).resolve()
        for folder in folders:
            overlay.copy_with_placeholders(folder, root / folder.resolve().name)
        cases = list(selected(arguments, root))
        rows, unused = compared(arguments, root, cases)
    if arguments.json:
        arguments.json.write_text(json.dumps(report.as_json(rows), indent=1), encoding="utf-8")
    report.show(rows, unused, arguments.show)
    bad = collections.Counter(bool(row["unexplained"] or row["invalid"]) for row in rows)[True]
    if not document.is_current():
        print("docs/parity.md isn't what explained.yml says: run parity.py --document")
        bad += 1
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
