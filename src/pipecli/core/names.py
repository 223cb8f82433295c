"""How the settings of a workspace and the ids of its files are called; apart, since completion loads little else."""

from __future__ import annotations

import re

SETTINGS = "pipe.yaml"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
