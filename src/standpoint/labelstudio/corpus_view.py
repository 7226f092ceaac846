"""The checkout as a campaign needs it; everything is read once."""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property

from standpoint.forms import convert
from standpoint.forms.form import Form
from standpoint.labelstudio.config import config
from standpoint.labelstudio.task import Entry, actor_list
from standpoint.labelstudio.workdir import CampaignStop, Workdir
from standpoint.records import record_file
from standpoint.records.checkout import Checkout
from standpoint.records.findings import Finding
from standpoint.records.model import (
    AnnotationSet,
    Annotator,
    Document,
    Dossier,
    Registries,
)
from standpoint.records.record_file import RawFile
from standpoint.records.vocabulary import ADJUDICATED, HUMAN, is_reading

QUALIFICATION = "qualify-"
"""Start of the ids of the trial documents of new annotators."""
CALIBRATION = "calibration"
"""Folder of the sets of such a trial, which are private."""


class UnreadableSetError(CampaignStop):
    """A file is not an annotation set.

    Attributes:
        findings: The findings in it.
    """

    def __init__(self, words: str, findings: list[Finding]) -> None:
        """Keep the findings."""
        super().__init__(words)
        self.findings = findings


class CorpusView:
    """The checkout as a campaign needs it.

    Args:
        checkout: The checkout.
        workdir: Where the campaign keeps its files.
    """

    def __init__(self, checkout: Checkout, workdir: Workdir) -> None:
        """Keep the arguments; files are read when they are needed."""
        self.checkout = checkout
        self.workdir = workdir
        self.forms = cache(self._form)
        self._dossiers: dict[str, Dossier] = {}
        self._configs: dict[Form, str] = {}
        self._actors: dict[bool, list[Entry]] = {}

    def _form(self, name: str, tier: str, panel: str) -> Form:
        asked = self.registries.panels[panel] if panel else None
        inventories = self.checkout.schemas.inventories
        return convert.form(name, tier, inventories, asked)

    @cached_property
    def registries(self) -> Registries:
        """The registries.

        Raises:
            CampaignStop: If one of them cannot be read.
        """
        found = self.checkout.registries
        if found is None:
            raise CampaignStop("the registries cannot be read; run `standpoint check`")
        return found

    @property
    def guidelines(self) -> str:
        """The newest version of the guidelines."""
        return self.registries.dataset.newest_guidelines

    def annotator(self, name: str) -> Annotator:
        """Return an annotator.

        Raises:
            CampaignStop: If there is no such annotator.
        """
        found = self.registries.annotators.get(name)
        if found is None:
            raise CampaignStop(
                f"there is no annotator \u2018{name}\u2019; add them to"
                " annotations/annotators.json"
            )
        return found

    def person(self, name: str) -> Annotator:
        """Return a human annotator.

        Raises:
            CampaignStop: If there is no such annotator, or it is a language model.
        """
        found = self.annotator(name)
        if name == ADJUDICATED:
            raise CampaignStop(
                f"\u2018{name}\u2019 is the name of adjudicated sets; rename the annotator"
            )
        if found.kind != HUMAN:
            raise CampaignStop(
                f"{name} is a language model; only people work in Label Studio"
            )
        return found

    def dossier(self, document: str) -> Dossier:
        """Return a document with its sets.

        Raises:
            CampaignStop: If there is no such document, or it cannot be read.
        """
        if document not in self._dossiers:
            if document not in self.checkout.documents:
                raise CampaignStop(f"there is no document \u2018{document}\u2019")
            found = self.checkout.dossier(document)
            if found is None:
                raise CampaignStop(f"{document} cannot be read; run `standpoint check`")
            self._dossiers[document] = found
        return self._dossiers[document]

    def texts(self, names: Iterable[str]) -> dict[str, tuple[Document, str | None]]:
        """Return document and text of those of the documents that exist."""
        known = sorted(set(names) & self.checkout.documents.keys())
        dossiers = map(self.dossier, known)
        return {d.document.id: (d.document, d.text) for d in dossiers}

    def reporting(self) -> Sequence[str]:
        """Return the real documents, without the invented ones."""
        documents = self.checkout.documents
        return [
            one
            for one in documents
            if not self._is_invented(self.dossier(one).document)
        ]

    def qualification(self) -> Sequence[str]:
        """Return the trial documents of new annotators."""
        return [one for one in self.checkout.documents if one.startswith(QUALIFICATION)]

    def _is_invented(self, document: Document) -> bool:
        outlet = self.registries.outlets.get(document.publisher)
        return outlet is not None and outlet.fictional

    def actors(self, document: Document) -> list[Entry]:
        """Return the list of actors for a document."""
        fictional = self._is_invented(document)
        if fictional not in self._actors:
            listed = self.registries.actors.values()
            self._actors[fictional] = actor_list(listed, fictional=fictional)
        return self._actors[fictional]

    def config(self, form: Form) -> str:
        """Return the labelling configuration of a form."""
        if form not in self._configs:
            self._configs[form] = config(form)
        return self._configs[form]

    def trial_path(self, document: str, annotator: str) -> str:
        """Return the path of the set of a trial, relative to the checkout."""
        path = self.workdir.path(CALIBRATION, document, f"{annotator}.json")
        return self.workdir.shown(path)

    def own_set(
        self, dossier: Dossier, annotator: str, *, calibration: bool
    ) -> AnnotationSet | None:
        """Return an annotator's set on a document, or None.

        Args:
            dossier: The document.
            annotator: The annotator.
            calibration: Whether to return the set of their trial.
        """
        if calibration:
            return self.read_set(self.trial_path(dossier.document.id, annotator))
        own = (
            s for s in dossier.sets if s.annotator == annotator and is_reading(s.role)
        )
        return next(own, None)

    def read_set(self, path: str) -> AnnotationSet | None:
        """Read a set anywhere below the checkout; None if there is no file.

        Raises:
            CampaignStop: If it is not an annotation set.
        """
        full = self.checkout.root / path
        return self.decode(full.read_bytes(), path) if full.exists() else None

    def decode(self, data: bytes, path: str) -> AnnotationSet:
        """Read a set from its bytes.

        Raises:
            CampaignStop: If it is not an annotation set.
        """
        raw = RawFile(path, "annotation-set", data)
        record, findings = record_file.decode(raw, self.checkout.schemas)
        if record is None:
            raise UnreadableSetError(
                f"{path} is not an annotation set: {findings[0].message}", findings
            )
        found: AnnotationSet = record
        return found
