"""The checks: one code is one fact, one level, one function.

Checks look at records and never read files. Those that need the text of a document are
skipped where it is not available, and counted. Importing this package registers all of
them; `run` runs them, `report` writes what they found.
"""

from standpoint.checks import (  # noqa: F401 - each module registers its checks
    acc,
    act,
    adj,
    ann,
    clm,
    dat,
    doc,
    out,
    pub,
    reg,
    rel,
    seg,
    spl,
    spn,
    src,
    sta,
    txt,
    zon,
)  # fmt: skip
from standpoint.forms import form_rules  # noqa: F401 - registers the checks of forms
