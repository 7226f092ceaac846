"""The records of the corpus: their model, files, checks of form, and what git says of them."""
