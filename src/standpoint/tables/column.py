"""Columns: name, type and meaning, and their forms for Hugging Face and Arrow."""

from typing import Any, NamedTuple

from standpoint.records.schema import Inventory

Feature = dict[str, Any]


class Column(NamedTuple):
    """A column of a config.

    Attributes:
        name: Its name.
        feature: Its type, as the `datasets` library writes it.
        meaning: What it holds, units and missing values, in one line.
    """

    name: str
    feature: Feature
    meaning: str


def value(dtype: str) -> Feature:
    """Return the feature of a plain value."""
    return {"dtype": dtype, "_type": "Value"}


STRING = value("string")
INT = value("int32")
SHARE = value("float64")
BOOL = value("bool")


def many(feature: Feature) -> Feature:
    """Return the feature of a list."""
    return {"feature": feature, "_type": "List"}


def label(inventory: Inventory) -> Feature:
    """Return the feature of a label; the class names come from the schema."""
    return {"names": inventory.names, "_type": "ClassLabel"}


SPAN: Feature = {
    "start": INT,
    "end": INT,
    "segment_start": INT,
    "segment_end": INT,
    "digest": STRING,
}
"""A span: code points of the document, and of `segment.text`."""


def arrow_type(feature: Feature) -> Any:
    """Return the Arrow type of a feature."""
    import pyarrow as pa

    match feature.get("_type"):
        case "Value":
            return pa.type_for_alias(feature["dtype"])
        case "ClassLabel":
            return pa.int64()
        case "List":
            return pa.list_(arrow_type(feature["feature"]))
    return pa.struct([(name, arrow_type(inner)) for name, inner in feature.items()])


def arrow_schema(columns: list[Column]) -> Any:
    """Return the Arrow schema of columns, with the metadata `datasets` reads."""
    import msgspec
    import pyarrow as pa

    features = {column.name: column.feature for column in columns}
    info = msgspec.json.encode({"info": {"features": features}})
    fields = [(column.name, arrow_type(column.feature)) for column in columns]
    return pa.schema(fields, metadata={b"huggingface": info})
