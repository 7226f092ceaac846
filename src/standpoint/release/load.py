"""Load a config of a built dataset, with the words of your own copies of the texts."""

import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from standpoint.release import dataset
from standpoint.release.dataset import (
    TEXT_CONFIGS,
    DatasetError,
    named,
    opened,
    plain,
    sources,
)
from standpoint.release.text_copies import Library
from standpoint.tables import CONFIGS, Row

TEXTS_VARIABLE = "STANDPOINT_TEXTS"


def load(
    path: str | Path,
    config: str = CONFIGS[0].name,
    *,
    split: str | None = None,
    texts: str | Path | Sequence[str | Path] = (),
    with_text: bool = False,
    revision: str | None = None,
) -> Any:
    """Load a config of a built dataset, with the words of your own copies of the texts.

    Args:
        path: Folder of the dataset, or its id on the Hugging Face Hub (owner/name).
        config: Name of a config, as `claim` or `segment`.
        split: Name of a split; None for all, as a `DatasetDict`.
        texts: Folders or files with texts, under any names.
        with_text: Keep only the rows whose words are there. Texts are then looked for in
            the folders of the environment variable STANDPOINT_TEXTS too.
        revision: Branch, tag or commit of a dataset on the Hub.

    Returns:
        A `datasets.Dataset`, or a `DatasetDict` where `split` is None. The column `text`
        is null where the words are not available or could not be proved. If copies were
        looked for, a warning counts such rows and reports on their documents as
        `hydrate` does.

    Raises:
        FileNotFoundError: If the dataset, a folder or a file does not exist.
        DatasetError: If it is not a built dataset, or not as it was built; a `ValueError`.
        ValueError: If there is no such config or split, or it has no column `text`.
    """
    if named(config) not in TEXT_CONFIGS and with_text:
        raise ValueError(
            f"the config {config!r} has no column text; these have one: {', '.join(TEXT_CONFIGS)}"
        )
    places = sources([texts] if isinstance(texts, str | Path) else texts)
    if with_text:
        named_folders = os.environ.get(TEXTS_VARIABLE, "").split(os.pathsep)
        places += sources(folder for folder in named_folders if folder)
    folder = opened(path, revision)
    wanted = [config, *(TEXT_CONFIGS if places else ())]
    dataset.require_unchanged(folder, [f"data/{name}/" for name in wanted])
    loaded = _loaded(folder, config, split)
    if config not in TEXT_CONFIGS or not (places or with_text):
        return loaded
    library = Library(folder, places)

    def fill(row: Row) -> Row:
        return {"text": library.words(config, row)}

    first = loaded if split is not None else next(iter(loaded.values()))
    # Kept in memory: withheld words do not belong into a cache that nobody looks at.
    filled = loaded.map(
        fill, features=first.features, keep_in_memory=True, desc="texts"
    )
    if places:
        _warn(filled if split is None else {split: filled}, config, library)
    if with_text:
        filled = filled.filter(
            lambda text: text is not None, input_columns="text", keep_in_memory=True
        )
    return filled


def _loaded(folder: Path, config: str, split: str | None) -> Any:
    """Load a config; in memory where its folder can be read from a copy only."""
    import datasets

    with plain(folder) as readable:
        try:
            if readable == folder.resolve():
                return datasets.load_dataset(str(readable), config, split=split)
            with tempfile.TemporaryDirectory(prefix="standpoint-") as cache:
                return datasets.load_dataset(
                    str(readable),
                    config,
                    split=split,
                    cache_dir=cache,
                    keep_in_memory=True,
                )
        except datasets.exceptions.DatasetGenerationError as error:
            why = str(error.__cause__ or error).partition("\n")[0]
            raise DatasetError(f"the config {config!r} does not load: {why}") from None


def _warn(splits: Any, config: str, library: Library) -> None:
    """Warn of rows whose words are not there, and say why."""
    lines, documents = [], []
    for name, rows in splits.items():
        pairs = zip(rows["document_id"], rows["text"], strict=True)
        without = [document for document, text in pairs if text is None]
        documents += without
        if without:
            counts = f"{len(without)} of {len(rows)} rows without words"
            lines.append(f"{config}, {name}: {counts}")
    if lines:
        report = library.report(documents)
        lines += [*(found.line() for found in report.documents), *report.files()]
        warnings.warn("\n".join(lines), stacklevel=3)
