"""The colours of labels, and the keys that mark them."""

GREY = "#8a8f98"

COLOURS: dict[str, str] = {
    # how a mention is named
    "neutral": "#1f77b4",
    "delegitimising": "#c0392b",
    "legitimising": "#2e8b57",
    "distancing": "#8e44ad",
    # claims, from what is wanted to what is said to be
    "demand": "#d98200",
    "commitment": "#c46a00",
    "prediction": "#b05a2b",
    "media_meta": "#a67c00",
    "sponsorship": "#e07b00",
    "motive": "#c97f4a",
    "identity": "#b8860b",
    "causal": "#d2691e",
    "quantity": "#cc9a06",
    "event": "#f0a500",
    # sources, paler than claims
    "official_civil": "#6baed6",
    "security_state": "#4292c6",
    "armed_nonstate": "#9e9ac8",
    "political_opposition": "#807dba",
    "intergovernmental": "#74c0c8",
    "monitor_ngo": "#74c476",
    "expert": "#a1d99b",
    "media": "#c7a6d9",
    "document": "#bdb76b",
    "local_witness": "#e7969c",
    "visual_or_social": "#f4a6c0",
    "vague": "#bdbdbd",
    "reader": "#d9b38c",
    # stances
    "support": "#2e9e4f",
    "oppose": "#d62728",
    "query": "#e377c2",
    "mixed": "#8c564b",
    "unclear": "#7f7f7f",
}
"""Label to its colour; `neutral` looks the same as a naming and as a stance."""

TARGET_COLOURS = ("#3b6fd1", "#17a2a2", "#7f3b3b", "#5b8c5a", "#7b5ea7", "#8c6d31")
"""Colours of the targets of a panel, over and over."""

PARTS = "part"
"""Key of the table of hotkeys to regions that hang on another one."""

KEYS: dict[str, dict[str, str]] = {
    "naming": {
        "neutral": "1",
        "delegitimising": "2",
        "legitimising": "3",
        "distancing": "4",
    },
    "claim_type": {
        "demand": "1",
        "commitment": "2",
        "prediction": "3",
        "media_meta": "4",
        "sponsorship": "5",
        "motive": "6",
        "identity": "7",
        "causal": "8",
        "quantity": "9",
        "event": "0",
    },
    # `u` unselects in Label Studio and is left out everywhere.
    "source_type": {
        "official_civil": "q",
        "security_state": "w",
        "armed_nonstate": "e",
        "political_opposition": "r",
        "intergovernmental": "t",
        "monitor_ngo": "y",
        "expert": "i",
        "media": "o",
        "document": "p",
        "local_witness": "a",
        "visual_or_social": "s",
        "vague": "d",
        "reader": "f",
    },
    "stance_label": {
        "support": "a",
        "oppose": "s",
        "query": "d",
        "mixed": "f",
        "neutral": "g",
        "unclear": "h",
    },
    PARTS: {
        "continued": "z",
        "also_at": "x",
        "carrier_evidence": "c",
        "evidence": "z",
    },
}
"""List of labels to the hotkey of each."""

TARGET_KEYS = "1234567890qwertyiop"
"""Hotkeys of the targets of a panel, in its order."""
