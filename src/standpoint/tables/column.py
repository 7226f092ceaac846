"""Columns: name, type, meaning and value, and their forms for Hugging Face and Arrow."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
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
            Labels are given by name; lists have a length; a structure is given by an
            object or dict that has its fields.
        is_text: Whether it holds words of the text, which may be withheld.
    """

    name: str
    feature: Feature
    meaning: str
    get: str | Callable[[Any], Any] = ""
    is_text: bool = False

    def bound(self, inventories: Inventories) -> "Column":
        """Return the column with the classes of its labels."""
        meaning = self.meaning
        if "{title}" in meaning:
            title = inventories[self.feature["names"]].title
            meaning = meaning.replace("{title}", title)
        return self._replace(feature=_bound(self.feature, inventories), meaning=meaning)


class Table:
    """Makes Arrow tables of one config.

    Args:
        columns: Its bound columns.

    Attributes:
        columns: The same.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._values = [
            c.get if callable(c.get) else _follow(c.get or c.name) for c in columns
        ]

    @cached_property
    def schema(self) -> Any:
        """The Arrow schema, with the metadata `datasets` reads."""
        return arrow_schema(self.columns)

    @cached_property
    def _arrays(self) -> list[Callable[[list[Any]], Any]]:
        return [_maker(column.feature) for column in self.columns]

    def of(self, given: Sequence[Any]) -> Any:
        """Return a `pyarrow.Table`, one row for each of what rows are made of."""
        import pyarrow as pa

        columns = zip(self._arrays, self._values, strict=True)
        arrays = [array(list(map(value, given))) for array, value in columns]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def rows(self, given: Sequence[Any]) -> list[Row]:
        """Return the same as dicts: column to value."""
        return list(self.of(given).to_pylist())


def _follow(path: str) -> Callable[[Any], Any]:
    fast, names = attrgetter(path), path.split(".")

    def get(given: Any) -> Any:
        try:
            return fast(given)
        except AttributeError:  # something on the way may be None
            for name in names:
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


def _maker(feature: Feature) -> Callable[[list[Any]], Any]:
    """Return what makes an Arrow array of values of a bound feature; None stays null."""
    import pyarrow as pa

    kind = arrow_type(feature)
    match feature.get("_type"):
        case "Value":
            return lambda values: pa.array(values, kind)
        case "ClassLabel":
            codes = {None: None, **{name: n for n, name in enumerate(feature["names"])}}
            return lambda values: pa.array([codes[value] for value in values], kind)
        case "List":
            inner = _maker(feature["feature"])
            return lambda values: _lists(values, inner, kind)
    fields = {name: _maker(inner) for name, inner in feature.items()}
    return lambda values: pa.StructArray.from_arrays(
        [make(_fields(values, name)) for name, make in fields.items()],
        fields=list(kind),
        mask=_missing(values),
    )


def _lists(values: list[Any], inner: Callable[[list[Any]], Any], kind: Any) -> Any:
    import pyarrow as pa

    ends = accumulate((len(value or ()) for value in values), initial=0)
    flat = [item for value in values if value is not None for item in value]
    return pa.ListArray.from_arrays(
        pa.array(list(ends), pa.int32()), inner(flat), type=kind, mask=_missing(values)
    )


def _missing(values: list[Any]) -> Any:
    import pyarrow as pa

    found = [value is None for value in values]
    return pa.array(found, pa.bool_()) if any(found) else None


def _fields(values: list[Any], name: str) -> list[Any]:
    """Return a field of objects or dicts; of what is None, None."""
    attribute = "from_" if name == "from" else name
    return [
        value[name]
        if isinstance(value, dict)
        else None
        if value is None
        else getattr(value, attribute)
        for value in values
    ]


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
