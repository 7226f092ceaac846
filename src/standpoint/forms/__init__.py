"""What an annotator is asked and answers, free of any tool.

`form` and `steps` say what each form asks; `answers` is what somebody answers, checked by
`rules`. `actors`, `claims` and `panel` turn answers into records and back, `adjudication`
does it for decisions. `convert` leads to all of them.
"""

from standpoint.forms import codes  # noqa: F401 - declares the codes
