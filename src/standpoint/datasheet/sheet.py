"""The datasheet: prose, numbers, blocks and figures put together, and what is stale."""

import hashlib
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from standpoint.agreement.statistics import MOST_LOST
from standpoint.datasheet import placeholders, template
from standpoint.datasheet.agreement import repeatability
from standpoint.datasheet.composition import composition, small_labels, warnings
from standpoint.datasheet.coverage import coverage
from standpoint.datasheet.facts import KEPT, Facts, FactsError, read
from standpoint.datasheet.figure import FIGURES
from standpoint.datasheet.figure.svg import Figure
from standpoint.datasheet.leakage import leakage
from standpoint.datasheet.persons import persons
from standpoint.datasheet.sources import sources, voices
from standpoint.datasheet.stance import naming, stance_by_outlet_type, stance_by_target
from standpoint.datasheet.template import PATH, Known, Template
from standpoint.datasheet.withheld import addresses, withheld
from standpoint.records import engine
from standpoint.records.checkout import Checkout

PAGE = "DATASHEET.md"
FIGURE_PATH = "docs/figures/{}.svg"
PROSE = "prose"
RECORDS = "records"
BODY = "page"
DIGESTS = "digests"

_NOTE = "<!-- Made by `standpoint datasheet`; edit corpus/datasheet.md instead. -->\n\n"
_TEXTS = Path(__file__).with_name("blocks.md")

BLOCKS: dict[str, Callable[[Facts], dict[str, Any]]] = {
    "composition": composition,
    "coverage": coverage,
    "stance_by_target": stance_by_target,
    "stance_by_outlet_type": stance_by_outlet_type,
    "naming": naming,
    "sources": sources,
    "voices": voices,
    "leakage": leakage,
    "repeatability": repeatability,
    "small_labels": small_labels,
    "withheld": withheld,
    "addresses": addresses,
    "warnings": warnings,
    "persons": persons,
}
"""Block to the function that computes its values; `blocks.md` has its words."""

OF_PROSE: dict[str, Callable[[Template], dict[str, Any]]] = {
    "unanswered": lambda prose: {"questions": [[one] for one in prose.unanswered]},
    "declared": lambda prose: {"statements": prose.declared},
}
"""Block to the function that computes its values from the prose itself."""

KNOWN = Known(
    {*placeholders.NAMES, *placeholders.BY_TEMPLATE}, {*BLOCKS, *OF_PROSE}, FIGURES
)


def block(name: str, source: Facts | Template) -> str:
    """Return a block as Markdown: tables, words, and how it was computed.

    Args:
        name: The block.
        source: The corpus, or the prose for a block that counts its marks.
    """
    values = (
        OF_PROSE[name](source) if isinstance(source, Template) else BLOCKS[name](source)
    )
    more = {
        "command": f"Command: `standpoint datasheet --block {name}`",
        "kept": KEPT,
        "most_lost": f"{MOST_LOST * 100:.0f} %",
    }
    return template.block(_TEXTS, name, values | more)


class Sheet:
    """The datasheet of a checkout.

    Args:
        checkout: The checkout; no text of it is looked at.

    Raises:
        FactsError: If a record or the prose cannot be read.
        TemplateError: If the prose cannot be rendered.
    """

    def __init__(self, checkout: Checkout) -> None:
        self._root = checkout.root
        self._records = checkout.records_digest()
        path = checkout.root / PATH
        if not path.is_file():
            raise FactsError(f"there is no {PATH}")
        self._prose = _digest(path.read_bytes())
        self._template = template.parse(path.read_text("utf-8"), KNOWN)
        self._facts = read(checkout)

    def block(self, name: str) -> str:
        """Compute one block."""
        return block(name, self._template if name in OF_PROSE else self._facts)

    def files(self) -> dict[str, bytes]:
        """Return path, relative to the root, to content of page and figures."""
        drawn = {name: make(self._facts) for name, make in FIGURES.items()}
        made = {FIGURE_PATH.format(n): found.svg.encode() for n, found in drawn.items()}
        body = self._body(drawn)
        digests = {
            RECORDS: self._records,
            PROSE: self._prose,
            BODY: _digest(body.encode()),
            **{path: _digest(data) for path, data in made.items()},
        }
        return {PAGE: (_made_from(digests) + body).encode(), **made}

    def _body(self, drawn: dict[str, Figure]) -> str:
        values = {
            name: get(self._facts) for name, (_, get) in placeholders.NAMES.items()
        }
        values["n_unanswered"] = len(self._template.unanswered)
        values["n_declared"] = len(self._template.declared)
        blocks = {
            name: f"<!-- begin {name} -->\n{self.block(name)}\n<!-- end {name} -->"
            for name in KNOWN.blocks
        }
        figures = {
            name: f"![{found.title}]({FIGURE_PATH.format(name)})"
            for name, found in drawn.items()
        }
        return self._template.fill(values, blocks, figures)

    def write(self) -> list[str]:
        """Write page and figures; return the paths that changed."""
        changed = []
        for path, data in self.files().items():
            if _read(self._root / path) != data:
                engine.write(self._root / path, data)
                changed.append(path)
        return changed

    def stale(self) -> list["Stale"]:
        """Return the parts of the committed page and figures that are out of date."""
        found: list[Stale] = []
        for path, new in self.files().items():
            old = _read(self._root / path)
            if old == new:
                continue
            if path == PAGE:
                page = (old or b"").decode("utf-8", "replace")
                changed = list(_stale_parts(page, new.decode()))
                found += changed or [_difference(DIGESTS, old, new)]
            else:
                found.append(_difference(f"figure {Path(path).stem}", old, new))
        return found


class Stale(NamedTuple):
    """A part that is out of date.

    Attributes:
        part: `block NAME`, `figure NAME`, `records`, `prose` or `digests`.
        old: The first line that differs as it is, or None where there is none.
        new: The same as it should be.
    """

    part: str
    old: str | None
    new: str | None


def shown(checkout: Checkout, name: str) -> str:
    """Return one block as it is printed.

    Raises:
        FactsError: If a record or the prose cannot be read.
        TemplateError: If the prose cannot be rendered.
    """
    if name in BLOCKS:  # needs no prose
        return block(name, read(checkout))
    return Sheet(checkout).block(name)


def listing() -> str:
    """Return all marks that the prose may use, each with its meaning."""
    meanings = {name: meaning for name, (meaning, _) in placeholders.NAMES.items()}
    lines = [f"{n}: {m}" for n, m in (meanings | placeholders.BY_TEMPLATE).items()]
    lines += [f"block.{name}" for name in (*BLOCKS, *OF_PROSE)]
    lines += [f"figure.{name}" for name in FIGURES]
    return "\n".join(lines)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _made_from(digests: dict[str, str]) -> str:
    """Return the comment that a page begins with: what it and its figures are."""
    lines = "".join(f"{name}: {digest}\n" for name, digest in digests.items())
    return f"{_NOTE}<!-- sha256\n{lines}-->\n\n"


_HEADER = re.compile(re.escape(_NOTE) + r"<!-- sha256\n((?:\S+: \w+\n)+)-->\n\n")


def _parted(page: str) -> tuple[dict[str, str], str]:
    """Return the digests that a page begins with, none where they lack, and the rest."""
    found = _HEADER.match(page)
    if found is None:
        return {}, page
    lines = (line.partition(": ") for line in found[1].splitlines())
    return {name: digest for name, _, digest in lines}, page[found.end() :]


def carried(checkout: Checkout) -> dict[str, bytes] | None:
    """Return path to content of page and figures; empty if there is no page.

    None if they are out of date or were edited by hand: if records and prose are not
    those that the page was made from, or page and figures not those that were made.
    Costs the reading of the files: nothing is computed again.
    """
    paths = [PAGE, *(FIGURE_PATH.format(name) for name in FIGURES)]
    files = {path: _read(checkout.root / path) for path in paths}
    if files[PAGE] is None:
        return {}
    found = {path: data for path, data in files.items() if data is not None}
    digests, body = _parted(found[PAGE].decode("utf-8", "replace"))
    prose = _read(checkout.root / PATH)
    held = {
        RECORDS: checkout.records_digest(),
        PROSE: _digest(prose or b""),
        BODY: _digest(body.encode()),
        **{path: _digest(data) for path, data in found.items() if path != PAGE},
    }
    return found if held == digests else None


def page_parts(page: str) -> dict[str, str]:
    """Return block to its lines, `records` to their digest, `prose` to the rest."""
    blocks = re.compile(r"<!-- begin (\w+) -->\n(.*?)\n<!-- end \1 -->", re.DOTALL)
    digests, body = _parted(page)
    found = {f"block {m[1]}": m[2] for m in blocks.finditer(body)}
    if RECORDS in digests:
        found[RECORDS] = digests[RECORDS]
    return found | {PROSE: blocks.sub(r"<!-- \1 -->", body)}


def _stale_parts(old: str, new: str) -> Iterator[Stale]:
    before, after = page_parts(old), page_parts(new)
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield _difference(
                name, before.get(name, "").encode(), after.get(name, "").encode()
            )


def _difference(name: str, old: bytes | None, new: bytes) -> Stale:
    """Find the first line that differs."""
    before = (old or b"").decode("utf-8", "replace").splitlines()
    lines = list(unified_diff(before, new.decode().splitlines(), n=0, lineterm=""))
    removed = next((x[1:] for x in lines[3:] if x.startswith("-")), None)
    added = next((x[1:] for x in lines[3:] if x.startswith("+")), None)
    return Stale(name, removed, added)
