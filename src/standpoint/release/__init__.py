"""From rows to a folder that loads: Parquet, card, checksums, and reading it back."""
