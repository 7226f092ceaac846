"""The families LST and CFG: what comes back from Label Studio, and what is sent there.

Neither Label Studio nor its SDK checks offsets, the ends of relations, or how many values
a field may have. What breaks one of these rules is named and not taken; other tasks are.
"""

from standpoint.forms.rules import exported, project, result

__all__ = ["exported", "project", "result"]
