"""Fill in the keys of a schema that a file may leave out."""

from typing import Any


def filled(value: Any, schema: dict[str, Any]) -> Any:
    """Add the keys that may be left out, all the way down.

    A key with a default gets it, a nullable one null, a list without a minimum length
    becomes empty, and so does an object that maps ids to something.
    """
    return _filled(value, schema, schema)


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the schema."""
    target = schema.get("$ref", "")
    if target.startswith("#/$defs/"):
        found: dict[str, Any] = root["$defs"][target.removeprefix("#/$defs/")]
        return found
    return schema


def _empty(schema: dict[str, Any], root: dict[str, Any]) -> tuple[bool, Any]:
    """Return whether a key may be left out, and the value it then has."""
    inner = _resolve(schema, root)
    if "default" in schema or "default" in inner:
        return True, schema.get("default", inner.get("default"))
    kinds = inner.get("type", [])
    choices = [_resolve(choice, root).get("type") for choice in inner.get("anyOf", [])]
    if "null" in kinds or "null" in choices:
        return True, None
    if kinds == "array" and not inner.get("minItems"):
        return True, []
    if kinds == "object" and "properties" not in inner:
        return True, {}
    return False, None


def _filled(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Any:
    schema = _resolve(schema, root)
    if isinstance(value, list) and "items" in schema:
        return [_filled(item, schema["items"], root) for item in value]
    if not isinstance(value, dict):
        return value
    known = schema.get("properties", {})
    more = schema.get("additionalProperties")
    filled = {
        key: _filled(item, known.get(key, more if isinstance(more, dict) else {}), root)
        for key, item in value.items()
    }
    for key in schema.get("required", []):
        if key not in filled:
            may, default = _empty(known[key], root)
            if may:
                filled[key] = default
    return filled
