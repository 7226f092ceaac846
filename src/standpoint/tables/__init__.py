"""The tables of the dataset: the columns of each config, and records to rows."""

from standpoint.tables.column import Row
from standpoint.tables.config import (
    BY_NAME,
    CONFIGS,
    OF_DOCUMENTS,
    REGISTRY_SPLIT,
    Config,
    Rows,
    Tables,
    with_resolved,
)
from standpoint.tables.layer import Around

__all__ = [
    "BY_NAME",
    "CONFIGS",
    "OF_DOCUMENTS",
    "REGISTRY_SPLIT",
    "Around",
    "Config",
    "Row",
    "Rows",
    "Tables",
    "with_resolved",
]
