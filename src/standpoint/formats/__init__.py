"""Other formats of annotation sets, and their import."""
