"""How labels look and which key marks them: the one table of colours and hotkeys."""

NO_KEY = "f19"
"""Key of what should have none: Label Studio gives the next free letter to whatever names
no key, and a slip on the keyboard would then change a judgement."""

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


def let_go() -> dict[str, dict[str, str]]:
    """Return the keymap of the editor in which the key of a label lets go of a region.

    Without it such a key gives its label to the words that are selected, without a word:
    those that were just marked or filled in. Twice, because the first of two leaves the
    mode for drawing an arrow. The prefix is no modifier: it keeps the binding apart from
    that of the label, which would take it away whenever it is bound anew.
    """
    keys = sorted(
        {*TARGET_KEYS, *(key for one in KEYS.values() for key in one.values())}
    )
    bound = [f"mark+{key}" for key in keys for _ in range(2)]
    return {
        "region:exit": {
            "key": ",".join(["escape", *bound]),
            "description": "Exit relation mode, unselect region",
        }
    }


HEADING = "font-size:12px;line-height:16px;font-weight:600;margin:6px 0 2px"
ROW_HEADING = "font-size:12px;line-height:16px;font-weight:600;margin:0;flex:0 0 52px"

STATE = "font-size:12px;line-height:16px;font-weight:400;margin:0"

STYLE = """
.sp-bar{position:sticky;top:0;z-index:5;padding:2px 0 4px;
 background:var(--color-neutral-background,#fff);
 border-bottom:1px solid var(--color-neutral-border,#ddd)}
.sp-row{display:flex;flex-wrap:wrap;align-items:center}
.sp-given{display:none}
.sp-region-selected{color:#a33}
.sp-bar .lsf-labels{margin:0;display:block}
.sp-bar .lsf-label{margin:1px 4px 2px 0 !important;font-size:12px;height:22px}
.sp-page{display:grid;gap:16px;align-items:start;
 grid-template-columns:minmax(0,1fr) minmax(260px,40%)}
.sp-text .lsf-htx-richtext{font-size:16px;line-height:2 !important;max-width:75ch;
 white-space:pre-wrap}
.sp-text .lsf-richtext__line{unicode-bidi:plaintext;text-align:start}
.sp-text [class*=htx-highlight-mention-],.sp-text [class*=htx-highlight-zone-]{
 pointer-events:none}
.sp-side{position:sticky;overflow-y:auto;font-size:13px}
.sp-card{border:1px solid var(--color-neutral-border,#ddd);border-radius:6px;
 padding:0 10px 6px;margin-bottom:10px}
.sp-side .lsf-choices{margin:0 0 2px}
.sp-side .lsf-choice__item,.sp-side .lsf-choice__checkbox{margin:0 4px 0 0 !important}
.sp-side .lsf-choice__item *{font-size:12px}
.sp-side [data-testid=textarea-submit-section],.sp-side .lsf-choices sup{display:none}
.sp-side [data-testid=textarea-regions]{margin-bottom:2px !important}
.sp-side .lsf-taxonomy{margin:0 0 2px !important}
.sp-side .ant-select{width:100% !important;min-width:0 !important}
.sp-pair{display:grid;grid-template-columns:104px minmax(0,1fr);align-items:center}
.sp-notice{font-size:13px}
.sp-notice summary{cursor:pointer;color:#a33;font-weight:600}
.sp-notice table{font-size:12px;margin:2px 0 6px}
.sp-notice td,.sp-notice th{padding:2px 8px;text-align:start}
.sp-notice tr.sp-differs td{background:#ffd54a55}
.sp-notice:has(details:not([open])) ~ .sp-page .sp-text,
.sp-notice:has(details:not([open])) table,
body:has(.sp-notice details:not([open])) .lsf-outliner-item__title,
body:has(.sp-notice details:not([open])) .lsf-detailed-region,
body:has(.sp-notice details:not([open])) .lsf-relations{filter:blur(9px)}
.sp-target{border-bottom:1px solid var(--color-neutral-border,#ddd);padding-bottom:2px}
@media (max-width:1200px){.sp-text .lsf-htx-richtext{font-size:15px}}
"""
"""CSS of every pass. `>` is left out: Label Studio escapes it.

What is given cannot be clicked: of regions on the same words a click takes the first, and
a source mostly stands on a mention. In the list of regions it can.
"""


def below_bar(rows: int, narrow_rows: int) -> str:
    """Return the CSS that keeps the fields in sight below the bar of labels.

    Args:
        rows: Rows of labels on a wide screen.
        narrow_rows: Rows of labels on a narrow one.
    """
    wide, narrow = (36 + 26 * n for n in (rows, narrow_rows))
    return (
        f".sp-side{{top:{wide}px;max-height:calc(100vh - {wide + 110}px)}}\n"
        f"@media (max-width:1200px){{.sp-side{{top:{narrow}px;"
        f"max-height:calc(100vh - {narrow + 110}px)}}}}\n"
    )
