"""DAT: the dataset that the corpus is compiled to."""

from collections.abc import Iterator

from standpoint.checks.context import Context
from standpoint.records.findings import Hit, Level, check
from standpoint.records.model import DatasetInfo

READERS = frozenset(
    [
        "arrow", "audiofolder", "cache", "conll", "csv", "eval", "fasta", "fastq",
        "genbank", "generator", "harbor", "hdf5", "iceberg", "imagefolder", "json",
        "lance", "meshfolder", "mmcif", "niftifolder", "pandas", "parquet", "pdb",
        "pdffolder", "spark", "sql", "text", "tsfile", "videofolder", "vortex",
        "webdataset", "xml",
    ]
)  # fmt: skip
"""Names that `load_dataset` takes for a reader of its own."""

PARTS = frozenset(["data", "docs", "schema"])
"""Folders of a built dataset."""

DEVICES = frozenset(
    ["aux", "con", "nul", "prn"]
    + [f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)]
)
"""Names that no file or folder can have on Windows."""

FULL = "-full"
"""What the folder of the edition with texts ends in."""


@check("DAT001", Level.ERROR, on=DatasetInfo)
def name_can_be_a_folder(record: DatasetInfo, _: Context) -> Iterator[Hit]:
    """The name of the dataset works as a folder name for `load_dataset`.

    Why: the build writes a folder with this name. `load_dataset` reserves some names
    for its own readers, and Windows some for devices; names ending in `-full` are for
    editions with texts, which must not be published.
    Fix: choose another name.
    Example: "name": "text"
    """
    name = record.name
    if name in READERS:
        problem = "is the name of a reader in `datasets`: `load_dataset` would not open the folder"
    elif name in PARTS:
        problem = "is also a folder inside every built dataset"
    elif name in DEVICES:
        problem = "cannot be the name of a folder on Windows"
    elif name.endswith(FULL):
        problem = f"ends in '{FULL}', which marks the edition with withheld texts"
    else:
        return
    yield Hit("/name", f"The dataset name '{name}' {problem}.")
