"""Other forms of annotation sets: importers and exporters, without any input or output."""
