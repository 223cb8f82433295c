"""The command's entry: `pipe` and `python -m pipecli`."""

from __future__ import annotations

import sys

from pipecli import __version__


def main() -> int:
    """Run the command and return its exit code."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported: prompts and scripts ask often
        sys.stdout.write(f"pipe {__version__}\n")
        return 0
    if sys.argv[1:2] == ["--complete"]:  # asked at each press of the tabulator
        from pipecli.cli.completing import run as complete  # noqa: PLC0415 -- as above

        return complete(sys.argv[2:])
    import gc  # noqa: PLC0415 -- as above

    gc.disable()  # a command is over before its garbage matters, and holds no cycles worth the search
    try:
        from pipecli.cli.app import run  # noqa: PLC0415 -- as above

        return run()
    except KeyboardInterrupt:  # it came before the command could take signals
        sys.stderr.write("interrupted\n")
        return 130


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder that one stands in: nothing in a workspace is ever run
    sys.exit(main())
