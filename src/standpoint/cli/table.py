"""Tables of text, for terminals and for pages."""

import re
from collections.abc import Iterator, Sequence

from standpoint.records.findings import printable


def table(
    head: Sequence[str], body: Sequence[Sequence[str]], *, markdown: bool = False
) -> Iterator[str]:
    """Yield the lines of a table, without the columns that are empty."""
    kept = [n for n in range(len(head)) if any(row[n] for row in body)]
    # A cell may hold the name of a file, which may hold anything.
    lines = [[_cell(row[n], markdown) for n in kept] for row in [head, *body]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(kept))]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        if markdown:
            yield f"| {' | '.join(cells)} |"
            if number == 0:
                yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"
        else:
            yield "  ".join(cells).rstrip()


def _cell(words: str, markdown: bool) -> str:
    plain = printable(words)
    return re.sub(r"([\\|`*<>\[\]])", r"\\\1", plain) if markdown else plain
