"""The rules of docs/architecture.md, read from the source; the one place where a room is declared."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = Path(__file__).parent.parent / "src" / "pipecli"

GROUND = {"core"}
PAST = GROUND | {"history", "metrics"}
JUDGED = PAST | {"facts", "rules"}
COMPUTED = JUDGED | {"store", "render", "reports", "edits"}

MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "history": GROUND,
    "metrics": GROUND,
    "facts": PAST,
    "rules": PAST | {"facts"},
    "edits": JUDGED,
    "verify": JUDGED | {"edits"},
    "render": JUDGED,
    "reports": JUDGED,
    "shell": GROUND,
    "store": {"core", "history", "shell"},
    "automation": COMPUTED | {"shell"},
    "interchange": COMPUTED | {"shell"},
    "cli": COMPUTED | {"shell", "verify", "automation", "interchange"},
    "": COMPUTED | {"shell", "cli"},
}
"""Which rooms a room may import beside itself; the empty name stands for the modules above all rooms."""

PURE = MAY_IMPORT.keys() - {"shell", "store", "automation", "interchange", "cli", ""}
STARTS_PROCESSES = {"shell/git.py", "shell/program.py", "shell/terminal.py"}
"""git is started in the first, `pipe` itself (the demo) and an editor in the second, a pager in the third."""
LIGHT = {
    "__future__", "collections", "contextlib", "dataclasses", "datetime", "enum", "functools", "inspect", "os",
    "pathlib", "sys", "typer", "typing", "typing_extensions",
}  # fmt: skip
"""What a command module may import when it is loaded: Typer has loaded it already, or it costs under a millisecond."""
DISK = ("os", "io.open", "io.FileIO", "shutil", "tempfile", "glob", "fileinput", "socket", "mmap", "fcntl")
CLOCK = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime",
}  # fmt: skip
PROCESS = (
    "subprocess",
    "pty",
    "multiprocessing",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
)
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 50


@dataclass(frozen=True)
class Module:
    """One module: its path in the package, its text and its tree."""

    path: str
    text: str

    @property
    def room(self) -> str:
        return self.path.split("/")[0] if "/" in self.path else ""

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def imports(self, nodes: Iterator[ast.AST]) -> Iterator[tuple[str, str]]:
        """Yield the full name of what each import brings, and the name it has here."""
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from ((name.name, name.asname or name.name.split(".")[0]) for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = f"{'.' * node.level}{node.module or ''}"
                yield from ((f"{base}.{name.name}", name.asname or name.name) for name in node.names)

    def when_loaded(self) -> Iterator[ast.AST]:
        """Yield the statements that run when the module is imported, type checking apart."""
        waiting: list[ast.AST] = list(self.tree.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                waiting += node.orelse
                continue
            yield node
            waiting += ast.iter_child_nodes(node)

    def names(self) -> Iterator[str]:
        """Yield every name and attribute that is used or imported, in full where its import tells."""
        yield from (full for full, _ in self.imports(ast.walk(self.tree)))
        yield from (self.full(node) for node in ast.walk(self.tree) if isinstance(node, ast.Name | ast.Attribute))

    def calls(self) -> Iterator[str]:
        """Yield what is called, in full where its import tells."""
        yield from (self.full(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def full(self, node: ast.expr) -> str:
        first, dot, rest = ast.unparse(node).partition(".")
        return f"{self.known.get(first, first)}{dot}{rest}"

    @cached_property
    def known(self) -> dict[str, str]:
        """What the names of the imports stand for."""
        imports = self.imports(ast.walk(self.tree))
        return {here: full for full, here in imports if not full.startswith(f"{here}.")}


def wrong_way(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT[module.room] | {module.room}
    for name, _ in module.imports(ast.walk(module.tree)):
        if name.startswith("."):
            yield f"imports {name}: write it in full"
        parts = name.split(".")
        room = parts[1] if len(parts) > 1 and (SOURCE / parts[1]).is_dir() else ""
        if parts[0] == "pipecli" and room and room not in allowed:
            yield f"imports {name}"


def heavy_start(module: Module) -> Iterator[str]:
    if module.room == "cli":
        for name, _ in module.imports(module.when_loaded()):
            if not name.startswith("pipecli.cli.") and not _within(name, LIGHT):
                yield f"imports {name} when it is loaded; import it in the command that needs it"


def early_pydantic(module: Module) -> Iterator[str]:
    if module.room == "core" and module.path != "core/schema.py":
        for name, _ in module.imports(module.when_loaded()):
            if _within(name, {"pydantic", "pydantic_core", "pipecli.core.schema"}):
                yield f"imports {name} when it is loaded"


def too_long(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > MOST_LINES:
        yield f"has {lines} lines, more than {MOST_LINES}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _length(node, with_declaration=module.room != "cli")
            if length > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.name} has {length} lines, more than {MOST_LINES_OF_A_FUNCTION}"


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef, *, with_declaration: bool) -> int:
    """Return the lines of a function; those of a command without its options and help, which Typer reads."""
    documented = ast.get_docstring(node) is not None and len(node.body) > 1
    first = node.lineno if with_declaration else node.body[1 if documented else 0].lineno
    return (node.end_lineno or first) - first + 1


def starts_processes(module: Module) -> Iterator[str]:
    """In shell/, the pipes of a git that shell/git.py started may be held; nothing else may be started there."""
    if module.path not in STARTS_PROCESSES:
        for name in module.calls() if module.room == "shell" else module.names():
            if _within(name, PROCESS) or name.startswith(("os.exec", "os.spawn", "os.posix_spawn")):
                yield f"uses {name}: git is started in shell/git.py"


def reads_the_clock(module: Module) -> Iterator[str]:
    if module.room != "shell":
        yield from (f"uses {name}: now and today are parameters" for name in module.names() if name in CLOCK)


def touches_the_world(module: Module) -> Iterator[str]:
    if module.room in PURE:
        for name in module.names():
            pure_path = name.startswith("pathlib.Pure")
            if (
                _within(name, DISK)
                or name in {"open", "print", "input"}
                or (_within(name, {"pathlib"}) and not pure_path)
            ):
                yield f"uses {name}: the disk is read in shell/"


def _within(name: str, packages: set[str] | tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    wrong_way,
    heavy_start,
    early_pydantic,
    too_long,
    starts_processes,
    reads_the_clock,
    touches_the_world,
)
MODULES = [
    Module(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_source_keeps_to_the_architecture(check: Callable[[Module], Iterator[str]]) -> None:
    assert sorted({f"{module.path}: {found}" for module in MODULES for found in check(module)}) == []


def test_every_room_is_declared() -> None:
    assert {module.room for module in MODULES} <= MAY_IMPORT.keys()


def test_arrows_make_no_circle() -> None:
    for room, below in MAY_IMPORT.items():
        assert all(room not in MAY_IMPORT[other] for other in below), room


LONG = "def f():\n" + "    pass\n" * MOST_LINES_OF_A_FUNCTION


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (wrong_way, "core/a.py", "from pipecli.rules import dates"),
        (wrong_way, "metrics/a.py", "def f():\n    import pipecli.history.walk"),
        (wrong_way, "metrics/a.py", "from pipecli import reports"),
        (wrong_way, "reports/a.py", "if TYPE_CHECKING:\n    from pipecli.render import table"),
        (wrong_way, "edits/a.py", "from pipecli.shell.git import Git"),
        (wrong_way, "shell/a.py", "from ..history import walk"),
        (heavy_start, "cli/a.py", "from pipecli.core.problem import PipeError"),
        (heavy_start, "cli/a.py", "try:\n    import yaml\nexcept ImportError:\n    yaml = None"),
        (early_pydantic, "core/a.py", "import pydantic"),
        (early_pydantic, "core/a.py", "class A:\n    from pipecli.core.schema import read"),
        (too_long, "core/a.py", "\n" * (MOST_LINES + 1)),
        (too_long, "core/a.py", LONG),
        (too_long, "cli/a.py", LONG + "    pass\n"),
        (starts_processes, "shell/a.py", "import subprocess as s\ns.run(['git'])"),
        (starts_processes, "shell/a.py", "from subprocess import Popen\nPopen(['git'])"),
        (starts_processes, "cli/a.py", "def f():\n    from subprocess import run"),
        (starts_processes, "cli/a.py", "import os\nos.execvp('vi', [])"),
        (reads_the_clock, "cli/a.py", "from datetime import date as d\nd.today()"),
        (reads_the_clock, "core/a.py", "import datetime\ndatetime.datetime.now(None)"),
        (reads_the_clock, "store/a.py", "from time import time"),
        (touches_the_world, "core/a.py", "from pathlib import Path"),
        (touches_the_world, "rules/a.py", "import os.path"),
        (touches_the_world, "facts/a.py", "open('x')"),
        (touches_the_world, "render/a.py", "print('x')"),
    ],
)
def test_a_violation_is_found(check: Callable[[Module], Iterator[str]], path: str, text: str) -> None:
    assert list(check(Module(path, text)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/a.py", "from pathlib import PurePosixPath\nfrom datetime import date"),
        ("core/a.py", "def f():\n    import pydantic"),
        ("cli/a.py", "import typer\ndef f():\n    from pipecli.shell.git import Git"),
        ("cli/a.py", "if TYPE_CHECKING:\n    from pipecli.core.record import Deal"),
        ("cli/a.py", LONG),
        ("shell/git.py", "import subprocess\nsubprocess.run(['git'])"),
        ("shell/a.py", "import subprocess\ngit.start(stdin=subprocess.PIPE)"),
        ("shell/clock.py", "from datetime import datetime\ndatetime.now()"),
        ("store/a.py", "from pipecli.shell.git import Git\nfrom pipecli import __version__"),
        ("__main__.py", "from pipecli.cli.app import main"),
    ],
)
def test_what_is_allowed_passes(path: str, text: str) -> None:
    assert [found for check in CHECKS for found in check(Module(path, text))] == []
