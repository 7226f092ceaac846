"""How a labelling page of Label Studio looks, and what its keys do."""

from standpoint.forms.style import KEYS

NO_KEY = "f19"
"""Hotkey of a label that has none. Label Studio gives the next free letter to a label without
a hotkey, and a slip on the keyboard would then change an answer."""


def deselect_keymap() -> dict[str, dict[str, str]]:
    """Return the keymap of the editor, in which the key of a label deselects a region first.

    Without it the key silently changes the label of the selected words, which are often
    those that were just marked. Each key is bound twice, because the first binding leaves
    the mode for drawing an arrow. The prefix `mark+` is not a modifier: it keeps the binding
    apart from that of the label, which would otherwise replace it.
    """
    bound = [f"mark+{key}" for key in sorted(KEYS) for _ in range(2)]
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
"""CSS of every form. It must not contain `>`, which Label Studio escapes.

Given regions cannot be clicked in the text, because a click selects the first of several
regions on the same words, and most sources have the same words as a mention. They can be
selected in the list of regions.
"""


def below_bar(rows: int, narrow_rows: int) -> str:
    """Return the CSS that keeps the fields visible below the bar of labels.

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
