"""Columns: name, type, meaning and value, and their forms for Hugging Face and Arrow."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from standpoint.records.vocabulary import Inventories

Feature = dict[str, Any]
Row = dict[str, Any]


class Column(NamedTuple):
    """A column of a config.

    Attributes:
        name: Its name.
        feature: Its type, as the `datasets` library writes it. Until the column is bound
            to the lists of labels, a label has the name of its list instead of its classes.
        meaning: What it holds, units and missing values, in one line. `{title}` stands for
            the title of the list of labels until the column is bound.
        get: The value, of what a row is made of: a function, or the name of an attribute,
            dotted for one of another (None if that is None). By default the column's name.
            Labels are given by name; a structure by an object or dict that has its fields.
    """

    name: str
    feature: Feature
    meaning: str
    get: str | Callable[[Any], Any] = ""

    def bound(self, inventories: Inventories) -> "Column":
        """Return the column with the classes of its labels."""
        meaning = self.meaning
        if "{title}" in meaning:
            title = inventories[self.feature["names"]].title
            meaning = meaning.replace("{title}", title)
        return self._replace(feature=_bound(self.feature, inventories), meaning=meaning)

    def value(self) -> Callable[[Any], Any]:
        """Return the function that gives the value of a bound column."""
        get = self.get if callable(self.get) else _follow(self.get or self.name)
        encode = _encoder(self.feature)
        return lambda given: encode(get(given))


def _follow(path: str) -> Callable[[Any], Any]:
    def get(given: Any) -> Any:
        for name in path.split("."):
            given = None if given is None else getattr(given, name)
        return given

    return get


def of(path: str, *columns: Column) -> tuple[Column, ...]:
    """Return columns whose values are in an attribute of what a row is made of.

    Args:
        path: The attribute, dotted for one of another.
        columns: The columns; `get` starts at the attribute, unless it is a function.
    """
    return tuple(
        column
        if callable(column.get)
        else column._replace(get=f"{path}.{column.get or column.name}")
        for column in columns
    )


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


def label(inventory: str) -> Feature:
    """Return the feature of a label of a list of schema/labels.schema.json."""
    return {"names": inventory, "_type": "ClassLabel"}


SPAN: Feature = {
    "start": INT,
    "end": INT,
    "segment_start": INT,
    "segment_end": INT,
    "digest": STRING,
}
"""A span: code points of the document, and of `segment.text`."""


def _bound(feature: Feature, inventories: Inventories) -> Feature:
    match feature.get("_type"):
        case "Value":
            return feature
        case "ClassLabel":
            return feature | {"names": inventories[feature["names"]].names}
        case "List":
            return many(_bound(feature["feature"], inventories))
    return {name: _bound(inner, inventories) for name, inner in feature.items()}


def _encoder(feature: Feature) -> Callable[[Any], Any]:
    """Return what makes a value of a bound feature; None stays None."""
    match feature.get("_type"):
        case "Value":
            return lambda given: given
        case "ClassLabel":
            codes = {None: None, **{name: n for n, name in enumerate(feature["names"])}}
            return codes.__getitem__
        case "List":
            one = _encoder(feature["feature"])
            return lambda given: None if given is None else [one(x) for x in given]
    fields = {name: _encoder(inner) for name, inner in feature.items()}
    return lambda given: (
        None
        if given is None
        else {name: encode(_field(given, name)) for name, encode in fields.items()}
    )


def _field(given: Any, name: str) -> Any:
    if isinstance(given, dict):
        return given[name]
    return getattr(given, "from_" if name == "from" else name)


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


def arrow_schema(columns: Sequence[Column]) -> Any:
    """Return the Arrow schema of bound columns, with the metadata `datasets` reads."""
    import msgspec
    import pyarrow as pa

    features = {column.name: column.feature for column in columns}
    info = msgspec.json.encode({"info": {"features": features}})
    fields = [(column.name, arrow_type(column.feature)) for column in columns]
    return pa.schema(fields, metadata={b"huggingface": info})
