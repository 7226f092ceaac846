"""Hotkeys and colors of what the schema gives none: parts, panel targets, new labels."""

GREY = "#8a8f98"

COLORS = ("#3b6fd1", "#17a2a2", "#7f3b3b", "#5b8c5a", "#7b5ea7", "#8c6d31")
"""Colors of the targets of a panel, over and over, and of labels without one."""

PART_KEYS = {
    "continued": "z",
    "also_at": "x",
    "carrier_evidence": "c",
    "evidence": "z",
}
"""Regions that hang on another one to their hotkeys."""

TARGET_KEYS = "1234567890qwertyiop"
"""Hotkeys of the targets of a panel, in its order."""

KEYS = f"{TARGET_KEYS}asdfghjklzxcvbnm"
"""Every hotkey that a label may have. `u` unselects in Label Studio and is left out."""
