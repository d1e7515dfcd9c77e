"""Snapshots of random trees, hashed by us and by the official SDK. Usage: snapshot_test.py SNAPSHOT_HASH [SEED]"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
import warnings

warnings.simplefilter("ignore")
from azure.ai.ml._utils._asset_utils import (  # noqa: E402  pylint: disable=wrong-import-position
    get_content_hash, get_ignore_file, get_object_hash, get_upload_files_from_folder)

PROGRAM = ""
SEED = 20240517
TREES = 40
MANY_FILES = 5000

WORDS = ["main", "Model", "data", "TEST", "build", "a", "B", "Zeta", "über", "Straße", "İstanbul", "ΣΙΓΜΑΣ", "ΟΔΟΣ-Α", "日本",
         "Ｆｕｌｌ", "Ꭰcherokee", "ⅣRoman", "Ⓐcircled", "Ձայն", "ÉCOLE", "e\u0301cole", "😀", "with space", "dots.in.name",
         "#hash", "!bang", "[brackets]", "star_", "-dash", "x" * 120]
ENDINGS = [".py", ".txt", ".PYC", ".o", "", ".tar.gz", ".md"]
PATTERNS = ["*.pyc", "*.PYC", "build/", "!build/keep.txt", "/main*", "**/data", "data/**", "a/**/z.txt", "*", "!*.py", "!*/",
            "**/*.o", "[!a]*.txt", "\\#hash*", "\\!bang*", "# a comment", "", "  ", "?", "Model", "link_*", "über*", "日本/",
            "*.tar.gz  ", "**", "a/b", "/a/*", "!a/b"]
CONTENTS = [b"", b"print(1)\n", b"line\r\nline\r\n", b"\x00\xff" * 700, "ü\n".encode()]


class Tree:
    """A random tree; names that differ in case alone have no order that both could know, so there are none."""

    def __init__(self, root, seed):
        self.root, self.random, self.folders = root, random.Random(seed), [root]

    def free(self, folder, name):
        return name.lower() not in {entry.name.lower() for entry in folder.iterdir()}

    def name(self):
        return self.random.choice(WORDS) + (str(self.random.randrange(30)) if self.random.random() < 0.5 else "")

    def grow(self, files):
        for _ in range(files // 8 + 1):
            folder = self.random.choice(self.folders) / self.name()
            if len(str(folder)) < 700 and self.free(folder.parent, folder.name):
                folder.mkdir()
                self.folders.append(folder)
        for _ in range(files):
            folder = self.random.choice(self.folders)
            name = self.name() + self.random.choice(ENDINGS)
            if self.free(folder, name):
                (folder / name).write_bytes(self.random.choice(CONTENTS))
        return self

    def link(self, outside):
        """Links to files and folders, in the tree and outside, none to a folder above."""
        for number in range(self.random.randrange(5)):
            folder = self.random.choice(self.folders)
            link = folder / f"link_{number}"
            target = self.random.choice([outside, outside / "far.txt", outside / "inner", self.root / "near.txt"])
            if self.free(folder, link.name) and target.exists():
                link.symlink_to(target)
        return self

    def ignore(self):
        if self.random.random() < 0.8:
            lines = self.random.choices(PATTERNS, k=self.random.randrange(1, 6))
            name = self.random.choice([".amlignore", ".gitignore"])
            (self.root / name).write_text(self.random.choice(["\n", "\r\n"]).join(lines), encoding="utf-8", newline="")
        if self.random.random() < 0.3:  # only the top folder's counts
            (self.random.choice(self.folders) / ".amlignore").write_text("*\n", encoding="utf-8")
        return self


def of_sdk(folder):
    ignore = get_ignore_file(folder)
    files = [name for _, name in get_upload_files_from_folder(folder, ignore_file=ignore)]
    return get_content_hash(folder, ignore), get_object_hash(folder, ignore), sorted(files)


def of_us(folder):
    output = subprocess.run([PROGRAM, folder], capture_output=True, check=True).stdout.decode()
    hashes, _, names = output.partition("\n")
    content, whole, _ = hashes.split(" ", 2)
    return content, whole, sorted(names.rstrip("\n").split("\0")[:-1])


class Snapshots(unittest.TestCase):
    def check(self, folder, label):
        ours, theirs = of_us(folder), of_sdk(folder)
        self.assertEqual(ours[2], theirs[2], f"{label}: the files")
        if theirs[2]:
            self.assertEqual(ours[0], theirs[0], f"{label}: the hash of the content")
        self.assertEqual(ours[1], theirs[1], f"{label}: the hash of the upload")

    def test_random_trees(self):
        for number in range(TREES):
            seed = SEED + number
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as work:
                root, outside = pathlib.Path(work).resolve() / "tree", pathlib.Path(work).resolve() / "outside"
                (outside / "inner").mkdir(parents=True)
                root.mkdir()
                for file in (outside / "far.txt", outside / "inner" / "Deep.py", root / "near.txt"):
                    file.write_text("content of " + file.name)
                self.check(Tree(root, seed).grow(40).link(outside).ignore().root, f"seed {seed}")

    def test_five_thousand_files(self):
        with tempfile.TemporaryDirectory() as work:
            root = pathlib.Path(work).resolve() / "tree"
            root.mkdir()
            tree = Tree(root, SEED)
            for number in range(MANY_FILES):
                if number % 25 == 0:
                    folder = tree.random.choice(tree.folders) / f"{tree.random.choice(WORDS)}-{number}"
                    if len(str(folder)) > 900:
                        folder = root / str(number)
                    folder.mkdir()
                    tree.folders.append(folder)
                file = tree.folders[-1] / f"{tree.random.choice(WORDS)}-{number}{tree.random.choice(ENDINGS)}"
                file.write_bytes(tree.random.choice(CONTENTS))
            (root / ".amlignore").write_text("*.o\n!*main*.o\nbuild*/\n", encoding="utf-8")
            self.check(root, "5,000 files")

    def test_broken_link_is_refused_by_both(self):
        with tempfile.TemporaryDirectory() as work:
            root = pathlib.Path(work).resolve()
            (root / "a.txt").write_text("a")
            os.symlink("nowhere", root / "broken")
            output = subprocess.run([PROGRAM, root], capture_output=True, check=True).stdout.decode()
            self.assertIn("broken\" can't be read", output)
            with self.assertRaises(OSError):
                of_sdk(root)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    SEED = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    print(f"seed {SEED}")
    unittest.main(argv=sys.argv[:1], verbosity=2)
