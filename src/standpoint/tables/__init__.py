"""The tables of the dataset: the columns of each config, and records to rows."""

from standpoint.tables.column import Row
from standpoint.tables.config import CONFIGS, REGISTRY_SPLIT, Config, Rows, rows_of
from standpoint.tables.layer import Around

__all__ = ["CONFIGS", "REGISTRY_SPLIT", "Around", "Config", "Row", "Rows", "rows_of"]
