"""Standpoint: an annotated corpus of contested war reporting and its toolchain.

Researchers need three functions. They are imported when they are first used, because they
import `datasets` and `pyarrow`:

    standpoint.load(path, config, texts=...)    rows of a config of a built dataset
    standpoint.hydrate(path, texts, out)        the dataset with its texts restored
    standpoint.score(predictions, path, config) how well predictions match its labels

They raise `DatasetError` and `PredictionError`, which are subclasses of `ValueError`, and
`OutsideError` if a file of predictions cannot be read.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "DatasetError": "standpoint.release.dataset",
    "OutsideError": "standpoint.records.external",
    "PredictionError": "standpoint.scoring",
    "hydrate": "standpoint.release.hydrate",
    "load": "standpoint.release.load",
    "score": "standpoint.scoring",
}

__all__ = [
    "DatasetError",
    "OutsideError",
    "PredictionError",
    "__version__",
    "hydrate",
    "load",
    "score",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("standpoint-corpus")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
