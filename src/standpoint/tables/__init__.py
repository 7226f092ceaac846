"""The tables of the dataset: one function per config, from records to rows."""

from standpoint.tables.config import CONFIGS, REGISTRY_SPLIT, Config, Rows, rows_of
from standpoint.tables.layer import Around, Row

__all__ = [
    "CONFIGS",
    "REGISTRY_SPLIT",
    "Around",
    "Config",
    "Row",
    "Rows",
    "rows_of",
]
