"""Check the corpus and compile it: `python build.py --help` says more."""

from pathlib import Path

try:
    from standpoint.cli import main
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing.name} is not installed: run `make` first") from None

if __name__ == "__main__":
    main(default="build", home=Path(__file__).parent)
