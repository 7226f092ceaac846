"""Tables of text, for terminals and for pages."""

from collections.abc import Iterator, Sequence


def table(
    head: Sequence[str], body: Sequence[Sequence[str]], *, markdown: bool = False
) -> Iterator[str]:
    """Yield the lines of a table, without the columns that are empty."""
    kept = [n for n in range(len(head)) if any(row[n] for row in body)]
    lines = [[row[n] for n in kept] for row in [head, *body]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(kept))]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        if markdown:
            yield f"| {' | '.join(cells)} |"
            if number == 0:
                yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"
        else:
            yield "  ".join(cells).rstrip()
