"""Every code of the project: importing this module imports every check.

A module that declares codes of a new family is imported here.
"""

import standpoint.checks
import standpoint.formats.brat.codes
import standpoint.formats.quoted
import standpoint.forms.codes
import standpoint.forms.form_rules
import standpoint.labelstudio.codes
import standpoint.records.record_file  # noqa: F401
from standpoint.records import findings

FAMILIES = {
    "FMT": "Files",
    "DOC": "Documents",
    "SEG": "Segments",
    "ZON": "Zones",
    "SPN": "Spans",
    "ACT": "Mentions and actors",
    "CLM": "Claims",
    "SRC": "Sources of claims",
    "STA": "Panels and stances",
    "REL": "Relations between claims",
    "ADJ": "Decisions of adjudicators",
    "ACC": "Accepted findings",
    "OUT": "Outlets",
    "REG": "Actors and panels",
    "ANN": "Annotators and sets",
    "DAT": "The dataset",
    "SPL": "Splits",
    "PUB": "What must not be published",
    "TXT": "Free text in any record",
    "QUO": "Sets with quotes",
    "BRT": "Sets in brat files",
    "LST": "What comes back from Label Studio",
    "CFG": "What annotators are asked in Label Studio",
}
"""Family to its title, in the order of docs/checks.md."""

_ORDER = {family: number for number, family in enumerate(FAMILIES)}

CHECKS = {
    code: findings.CHECKS[code]
    for code in sorted(findings.CHECKS, key=lambda code: (_ORDER[code[:3]], code))
}
"""Every code, family by family."""

CHECKED_BY_OTHERS = {
    "DOC002": "the schema requires it (FMT005)",
    "STA004": "SPN001 and ZON003 check every span",
    "STA006": "SRC002 checks every claim",
    "CFG002": "the hotkey of a label is defined beside it in the schema",
}
"""Codes without a check of their own, and why."""
