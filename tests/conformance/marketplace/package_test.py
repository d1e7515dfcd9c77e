#!/usr/bin/env python3
"""The package as Microsoft's tfx-cli makes it of our manifest and tasks: without a warning, and with all that the Marketplace shows.
Files of one byte stand in for the executables.

tfx-cli is installed where scripts/package has it; without npm or a registry the tests are skipped."""

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "integration"))

from support import scenario  # noqa: E402
from support.places import REPOSITORY  # noqa: E402

TOOLS = REPOSITORY / "build" / "tools"
TFX = re.search(r'tfx="(\S+)"', (REPOSITORY / "scripts" / "package").read_text(encoding="utf-8"))[1]
TASKS = sorted(folder.name for folder in (REPOSITORY / "tasks").glob("*V[0-9]"))
LANGUAGES = {"en-US"} | {file.stem for file in (REPOSITORY / "tasks" / "localization").glob("*.json")}


def tfx():
    """The program, installed once, also where scripts/package does so at the same time; skips with the reason."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with open(TOOLS / "tfx.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = TOOLS / f"{TFX}.installed"
        if not mark.exists():
            install(mark)
    return TOOLS / "node_modules" / ".bin" / "tfx"


def install(mark):
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")
    command = ["npm", "install", "--prefix", str(TOOLS), "--no-save", "--no-audit", "--no-fund", TFX]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode:
        raise unittest.SkipTest(f"npm can't install {TFX}: {installed.stderr.strip()[-300:]}")
    mark.touch()


def stage(folder, *options):
    """The folder that scripts/package packs, but for the executables."""
    for name in TASKS:
        task, target = REPOSITORY / "tasks" / name, folder / "tasks" / name
        target.mkdir(parents=True)
        for file in ("launch.json", "task.json", "icon.png"):
            if (task / file).exists():
                shutil.copy(task / file, target)
        if (task / "launch.json").exists():
            shutil.copytree(REPOSITORY / "tasks" / "common", target, dirs_exist_ok=True)
            scenario.write(target, "bin/linux-x64/program", b"\0")
    for name in ("LICENSE", "icon.png"):
        shutil.copy(REPOSITORY / name, folder)
    scenario.write(folder, "THIRD-PARTY-NOTICES.txt", "notices\n")
    subprocess.run(["node", str(REPOSITORY / "scripts" / "lib" / "stage.mjs"), str(folder), *options], check=True)


VARIANTS = {
    "public": (),
    "fork": ("--publisher", "contoso", "--repository", "https://github.com/contoso/mlops"),
    "preview": ("--preview", "42"),
}


class Package(scenario.Scenario):
    @classmethod
    def setUpClass(cls):
        """What tfx said of each variant, and the packages opened."""
        program, folder = tfx(), scenario.temporary_folder(cls)
        cls.said, cls.packages = {}, {}
        for variant, options in VARIANTS.items():
            source, output = folder / variant / "stage", folder / variant / "package"
            stage(source, *options)
            command = [str(program), "extension", "create", "--root", str(source), "--manifest-globs", "vss-extension.json",
                       "--output-path", str(output), "--no-prompt", "--no-color"]
            packed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            cls.said[variant] = packed.stdout + packed.stderr
            if packed.returncode:
                raise AssertionError(cls.said[variant])
            cls.packages[variant] = zipfile.ZipFile(next(output.glob("*.vsix")))
            cls.addClassCleanup(cls.packages[variant].close)

    def manifest(self, variant, element):
        """The elements of that name in the package's own manifest."""
        root = ElementTree.fromstring(self.packages[variant].read("extension.vsixmanifest"))
        return [entry for entry in root.iter() if entry.tag.endswith("}" + element)]

    def properties(self, variant):
        return {entry.get("Id"): entry.get("Value") for entry in self.manifest(variant, "Property")}

    def text(self, variant, name):
        return self.packages[variant].read(name).decode()

    def test_it_is_made_without_a_warning(self):
        for variant, said in self.said.items():
            with self.subTest(variant):
                self.assertNotRegex(said.lower(), "warn|error|deprecat")

    def test_it_has_every_task_in_every_language(self):
        names = set(self.packages["public"].namelist())
        self.assertLessEqual({"overview.md", "LICENSE", "icon.png"}, names)
        for task in TASKS:
            for name in ("task.json", "task.loc.json", "icon.png"):
                self.assertIn(f"tasks/{task}/{name}", names)
            keys = set(re.findall(r'"ms-resource:([^"]+)"', self.text("public", f"tasks/{task}/task.loc.json")))
            for language in LANGUAGES:
                with self.subTest(f"{task} {language}"):
                    texts = json.loads(self.text("public", f"tasks/{task}/Strings/resources.resjson/{language}/resources.resjson"))
                    self.assertEqual(set(texts), keys)
                    self.assertTrue(all(texts.values()))

    def test_every_picture_of_the_overview_is_addressable(self):
        assets = {entry.get("Path") for entry in self.manifest("public", "Asset") if entry.get("Addressable") == "true"}
        pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", self.text("public", "overview.md"))
        self.assertGreater(len(pictures), 2)
        for picture in pictures:
            self.assertIn(picture, assets)
            self.assertTrue(self.packages["public"].read(picture).startswith(b"\x89PNG"))

    def test_without_a_repository_links_lead_to_the_marketplace(self):
        properties = self.properties("public")
        for link in ("Getstarted", "Support", "License"):
            self.assertRegex(properties[f"Microsoft.VisualStudio.Services.Links.{link}"],
                             r"^https://marketplace\.visualstudio\.com/items[?/]\S*mlops\.mlops-azure-ml")
        self.assertNotRegex(self.text("public", "overview.md"), r"(?<!!)\[[^\]]*\]\((?!https://|#)")

    def test_a_fork_has_its_own_publisher_and_addresses(self):
        self.assertEqual(self.manifest("fork", "Identity")[0].get("Publisher"), "contoso")
        self.assertEqual(self.properties("fork")["Microsoft.VisualStudio.Services.Links.Support"],
                         "https://github.com/contoso/mlops/issues")
        version = (REPOSITORY / "VERSION").read_text(encoding="utf-8").strip()
        page = f"https://github.com/contoso/mlops/blob/v{version}/tasks/MlopsAmlSubmitV1/README.md"
        self.assertIn(f"]({page})", self.text("fork", "overview.md"))
        self.assertEqual(json.loads(self.text("fork", "tasks/MlopsAmlSubmitV1/task.json"))["helpUrl"], page)

    def test_the_preview_stands_beside_the_public_extension(self):
        self.assertEqual(self.manifest("preview", "GalleryFlags")[0].text.split(), ["Preview"])
        self.assertEqual(self.manifest("public", "GalleryFlags")[0].text.split(), ["Public"])
        folder = "tasks/MlopsQualityGateV1"
        german = json.loads(self.text("preview", f"{folder}/Strings/resources.resjson/de-DE/resources.resjson"))
        self.assertEqual(german["loc.friendlyName"], "Preview: Quality Gate")
        localized, task = (json.loads(self.text("preview", f"{folder}/{name}")) for name in ("task.loc.json", "task.json"))
        for key in ("id", "name", "version", "preview"):
            self.assertEqual(localized[key], task[key])


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    scenario.main()
