"""The datasheet: prose by hand, every number in it computed from the corpus.

`corpus/datasheet.md` holds the prose; this package renders it into `DATASHEET.md` and
draws the figures. It needs no texts and never looks at the clock.
"""

from standpoint.datasheet.facts import FactsError
from standpoint.datasheet.figure import FIGURES
from standpoint.datasheet.sheet import (
    BLOCKS,
    OF_PROSE,
    PAGE,
    Sheet,
    Stale,
    block,
    carried,
    listing,
    page_parts,
    shown,
)
from standpoint.datasheet.template import TemplateError

__all__ = [
    "BLOCKS",
    "FIGURES",
    "OF_PROSE",
    "PAGE",
    "FactsError",
    "Sheet",
    "Stale",
    "TemplateError",
    "block",
    "carried",
    "listing",
    "page_parts",
    "shown",
]
