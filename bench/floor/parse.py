"""Y: read every deal file under the current folder and parse it with PyYAML's C loader, nothing more."""

import os

import yaml

for folder, _, names in os.walk("deals"):
    for name in names:
        with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 -- the least that could be done
            yaml.load(file, Loader=yaml.CSafeLoader)
