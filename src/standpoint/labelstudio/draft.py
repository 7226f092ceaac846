"""An annotation set that is merged, part by part, from the file here and from the server.

What the last pull wrote is remembered, so that a part has three known versions: that of the
last pull, that in the file, and that on the server.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple

import msgspec

from standpoint.forms.convert_common import plain
from standpoint.forms.form import COVERED, PASSES
from standpoint.labelstudio.export import Answered
from standpoint.records.findings import Finding, Problem
from standpoint.records.model import AnnotationSet, Document
from standpoint.records.safe_repr import veiled
from standpoint.records.schema import Schemas
from standpoint.records.vocabulary import ADJUDICATOR, NIL, NOT_COVERED

KIND = "annotation-set"
NOTHING = ""
"""Digest of a part that does not exist."""

LONGEST = 10_000_000
"""Maximum of `lead_time_s` in a set."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=LONGEST)]


class Pulled(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered of a part.

    Attributes:
        digest: Digest of the part as the last pull wrote it.
        ids: Id of a region to the id of its item, of all regions that ever existed.
        lead_time: Seconds of work on it.
        former: Digest of the part that the last pull was replacing; None once the file is
            written. After an interrupted pull the file has one or the other.
    """

    digest: str
    ids: dict[str, str]
    lead_time: Seconds = 0
    former: str | None = None


Memory = dict[str, Pulled]
"""Name of a part to what is remembered of it; for one set."""


class Merged(NamedTuple):
    """A set, merged with what was pulled.

    Attributes:
        record: The set; None if there is none and nothing was imported.
        memory: What to remember while the set is being written.
        settled: What to remember afterwards.
        findings: Problems with what was pulled.
    """

    record: AnnotationSet | None
    memory: Memory
    settled: Memory
    findings: list[Finding]


class Corner(NamedTuple):
    """What is needed to merge a set, besides what was pulled.

    Attributes:
        document: The document.
        text: Its raw text.
        schemas: The schemas.
        tool: Value of `tool` in the set.
        replace: Whether the version on the server replaces local edits.
    """

    document: Document
    text: str
    schemas: Schemas
    tool: str
    replace: bool

    def __repr__(self) -> str:
        return veiled(self, "text")


class Draft:
    """An annotation set that is being merged.

    Args:
        existing: The set in the checkout, or None.
        memory: What the last pull remembered.
        corner: Everything else.
        role: The role of the set.

    Attributes:
        record: The set as plain data; without segments if it is new.
        memory: What to remember.
        kinds: NIL id to its kind, in the merged set.
        former_kinds: The same in the set in the checkout.
    """

    def __init__(
        self,
        existing: AnnotationSet | None,
        memory: Memory,
        corner: Corner,
        role: str,
    ) -> None:
        self.corner = corner
        self.memory = dict(memory)
        self.record = plain(existing) if existing else _blank(corner, role)
        self.former_kinds = {nil["id"]: nil["kind"] for nil in self.record["nil"]}
        self.kinds = dict(self.former_kinds)
        self._existing = existing
        self._before = memory
        self._role = role
        self._problems: list[Problem] = []
        self._taken: list[Answered] = []
        self._put: set[str] = set()
        self._pulled_kinds: dict[str, str] = {}
        self._order = {s.id: n for n, s in enumerate(corner.document.segments)}

    def segment(self, segment_id: str) -> dict[str, Any]:
        """Return a segment of the set; without items if it is new."""
        for segment in self.record["segments"]:
            if segment["segment"] == segment_id:
                found: dict[str, Any] = segment
                return found
        layers = [layer for name in PASSES for layer in COVERED[name]]
        return {
            "segment": segment_id,
            "coverage": dict.fromkeys(layers, NOT_COVERED),
            "mentions": [],
            "claims": [],
            "panel": {},
            "stances": [],
            "relations": [],
            "note": None,
        }

    def clash(self, code: str, one: Answered, words: str) -> None:
        """Report a problem with a whole task."""
        self.refuse(one, [one.problem(code, words)])

    def refuse(self, one: Answered, problems: Iterable[Problem]) -> bool:
        """Report problems; tell whether there are any."""
        found = [problem._replace(path=one.path) for problem in problems]
        self._problems += found
        return bool(found)

    def fits(self, one: Answered) -> bool:
        """Tell whether a task can belong to the set; report it if it cannot."""
        role, version = self.record["role"], self.record["guidelines"]
        if role != self._role:
            words = f"the set in this corpus has the role \u2018{role}\u2019, so nothing is added to it."
            self.clash("LST013", one, words)
        elif version and version != one.meta.guidelines:
            words = f"it follows the guidelines {one.meta.guidelines}, but the set follows {version}."
            self.clash("LST015", one, words)
        else:
            return True
        return False

    def weigh(self, key: str, new: str, local: str | None) -> str:
        """Return what to do with a part: `take` it, `keep` the local one, or `clash`.

        Args:
            key: Name of the part.
            new: Digest of the part on the server.
            local: Digest of the local part; None if there is none.
        """
        before = self.memory.get(key)
        here = NOTHING if local is None else local
        pulled = {before.digest, before.former} if before else {NOTHING}
        if self._existing is None or here == new or here in pulled:
            return "take"
        if before is not None and before.digest == new:
            return "keep"  # edited here, and the server has not moved
        return "take" if self.corner.replace else "clash"

    def put(
        self,
        one: Answered,
        segment: dict[str, Any],
        pulled: Pulled,
        key: str,
        local: str | None,
    ) -> None:
        """Put a segment into the set, and remember its new part.

        Args:
            one: The task.
            segment: The segment.
            pulled: What to remember of the part.
            key: Name of the part.
            local: Digest of the local part; None if there is none.
        """
        others = [
            s for s in self.record["segments"] if s["segment"] != segment["segment"]
        ]
        self.record = self._signed(one) | {
            "segments": sorted(
                [*others, segment],
                key=lambda s: self._order.get(s["segment"], len(self._order)),
            )
        }
        before = self.memory.get(key)
        ids = {**(before.ids if before else {}), **pulled.ids}
        here = NOTHING if local is None else local
        former = None if here == pulled.digest else here
        self.memory[key] = msgspec.structs.replace(pulled, ids=ids, former=former)
        self._taken.append(one)
        self._put.add(key)

    def faults(
        self, one: Answered, segment: Mapping[str, Any], trace: Mapping[str, str]
    ) -> Iterator[Problem]:
        """Yield errors of a segment against the schema.

        Args:
            one: The task.
            segment: The segment.
            trace: Pointer below the segment to pointer into the export.
        """
        alone = self._signed(one) | {"segments": [segment]}
        if self.corner.schemas.is_valid(KIND, alone):
            return
        for pointer, message, *_ in self.corner.schemas.explain(KIND, alone):
            below = pointer.removeprefix("/segments/0")
            owners = (
                at for name, at in trace.items() if f"{below}/".startswith(f"{name}/")
            )
            words = f"{one.where}: {message} ({below or '/'})"
            yield Problem("LST017", next(owners, one.pointer), words)

    def new_actors(
        self, one: Answered, nil: Mapping[str, str], data: Mapping[str, Any]
    ) -> Iterator[Problem]:
        """Yield problems with actors that are not in the registry.

        Args:
            one: The task.
            nil: NIL id to kind, of those that the task names.
            data: The items of the task.
        """
        for name, kind in nil.items():
            other = self._pulled_kinds.setdefault(name, kind)
            if other != kind:
                words = f"\u2018{name}\u2019 has the kind {other} elsewhere, and {kind} here."
                yield one.problem("LST016", words)
        for name in sorted(set(references(data)) - nil.keys() - self.kinds.keys()):
            words = f"the set no longer has \u2018{name}\u2019."
            yield one.problem("LST014", words)

    def _signed(self, one: Answered) -> dict[str, Any]:
        """Return the set with annotator, guidelines and date filled in from a task."""
        return self.record | {
            "annotator": one.meta.annotator,
            "guidelines": self.record["guidelines"] or one.meta.guidelines,
            "created": self.record["created"] or one.created,
        }

    def done(self) -> Merged:
        """Return the merged set, what to remember, and the findings."""
        if self._taken:
            self.record = self.record | self._summed_up()
        whole = self.record if self.record["segments"] else None
        if whole is not None and self._is_spoilt(whole):
            whole, self.memory, self._put = None, dict(self._before), set()
        findings = [one.finding() for one in self._problems]
        record = msgspec.convert(whole, AnnotationSet) if whole else None
        settled = {
            key: msgspec.structs.replace(part, former=None)
            if key in self._put
            else part
            for key, part in self.memory.items()
        }
        return Merged(record, self.memory, settled, findings)

    def _is_spoilt(self, whole: dict[str, Any]) -> bool:
        """Tell whether the set does not fit the schema although its parts do; report it."""
        if self.corner.schemas.is_valid(KIND, whole):
            return False
        pointer, message, *_ = next(iter(self.corner.schemas.explain(KIND, whole)))
        for one in self._taken:
            self.clash("LST017", one, f"{message} ({pointer or '/'})")
        return True

    def _summed_up(self) -> dict[str, Any]:
        """Return the keys of the set that depend on all parts."""
        used = {
            nil for segment in self.record["segments"] for nil in references(segment)
        }
        created = min(one.created for one in self._taken)
        suggested = any(one.meta.suggested for one in self._taken)
        return {
            "created": self.record["created"] if self._existing else created,
            "lead_time_s": self._lead_time() or None,
            "saw_suggestions": self.record["saw_suggestions"] or suggested,
            "nil": [
                {"id": nil, "kind": self.kinds[nil]}
                for nil in sorted(used & self.kinds.keys())
            ],
        }

    def _lead_time(self) -> int:
        """Return the seconds of work on all parts, plus those added locally."""
        total = _seconds(self.memory)
        here: int = self.record["lead_time_s"] or 0
        if not self._before:
            return max(total, here)
        return min(total + max(0, here - _seconds(self._before)), LONGEST)


def _seconds(memory: Memory) -> int:
    return min(round(sum(part.lead_time for part in memory.values())), LONGEST)


def _blank(corner: Corner, role: str) -> dict[str, Any]:
    """Return a set without segments."""
    made: dict[str, Any] = {
        "schema": "1",
        "document": corner.document.id,
        "text_sha256": corner.document.text.sha256,
        "annotator": "",
        "role": role,
        "guidelines": "",
        "tool": corner.tool,
        "created": "",
        "lead_time_s": None,
        "saw_suggestions": False,
        "nil": [],
        "segments": [],
    }
    return made | ({"sources": {}} if role == ADJUDICATOR else {})


def references(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the NIL ids that items link to."""
    linked = [mention["actors"] for mention in data.get("mentions", ())]
    for claim in data.get("claims", ()):
        linked.append([about["actor"] for about in claim["about"]])
        linked += [node["actors"] for chain in claim["chains"] for node in chain]
    for stance in data.get("stances", ()):
        linked.append([stance["holder"]["id"] or "", stance["target"]["id"]])
    for ids in linked:
        yield from (one for one in ids if one.startswith(NIL))
