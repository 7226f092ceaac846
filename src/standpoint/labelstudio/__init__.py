"""A campaign of annotation: the server, what is pushed to it and pulled from it.

`server` runs Label Studio, `client` is the only module that talks to it; `push`, `pull`
and `status` are what a supervisor does; `workdir` says where a campaign keeps its files.
"""

from standpoint.labelstudio import codes  # noqa: F401 - declares the codes
