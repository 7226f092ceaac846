"""How objects that hold a text are printed: without it."""

from typing import Any


def veiled(value: Any, *hidden: str) -> str:
    """Return the repr of a record with the length of some fields in place of their value.

    For every object that holds a text: what is printed in a traceback, a log or a
    notebook must not be somebody's article.
    """
    fields = getattr(value, "_fields", None) or type(value).__struct_fields__
    held = {name: getattr(value, name) for name in fields}
    shown = (
        f"{name}=<{len(it):,} long>"
        if name in hidden and it is not None
        else f"{name}={it!r}"
        for name, it in held.items()
    )
    return f"{type(value).__name__}({', '.join(shown)})"
