"""The bridge to Label Studio, without any input or output.

There: `form` and `steps` say what each pass asks, `config` writes it as labelling XML with
the colours and keys of `style`, `task` makes tasks of segments. Back: `export` reads tasks
strictly, with the rules in `rules`, and `answers` what is in one; `actors`, `claims` and
`panel` turn that into records and records into it; `draft` and `merge` put parts into sets.
`decide` and `adjudicated` are the same for adjudicators.
"""

from standpoint.forms import codes  # noqa: F401 - declares the codes
