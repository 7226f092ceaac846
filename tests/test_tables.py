"""Tables: soft labels are counts, resolved labels follow the rule, and all rows join.

The rules are written here a second time, from design.md sections 5 and 6, over nothing
but the rows: what a researcher can recompute.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from msgspec import structs

from standpoint.records.checkout import Checkout
from standpoint.records.model import (
    AnnotationSet,
    Claim,
    Dossier,
    JudgedSegment,
    Mention,
    Registries,
)
from standpoint.records.schema import Schemas
from standpoint.resolve import resolve
from standpoint.tables import CONFIGS, Around, Row, Rows, Tables, with_resolved
from standpoint.tables.column import Feature, arrow_schema
from tests.sets import (
    ANNOTATORS,
    FERRY,
    MILL,
    REPO,
    TEXT,
    at,
    claim,
    dossier,
    ferry_sets,
    find,
    judged,
    mill_sets,
    node,
    reading,
    registries,
)

INVENTORIES = Schemas(REPO / "schema").inventories
TABLES = Tables(INVENTORIES)
COLUMNS = {config.name: config.columns(INVENTORIES) for config in CONFIGS}
LAYERS = ("claim", "stance", "actor", "source_type")
CORPUS = Checkout(REPO)
MADE_UP = (MILL.id, FERRY.id)
DOCUMENTS = (*MADE_UP, *CORPUS.documents)


def judge_of(annotator: str) -> tuple[str | None, ...]:
    """Return the person, or the model whatever the run."""
    assert CORPUS.registries is not None
    found = (ANNOTATORS | CORPUS.registries.annotators)[annotator]
    return (found.id,) if found.kind == "human" else (found.model, found.version)


def compile_rows(found: Dossier, known: Registries, words: str | None = None) -> Rows:
    around = Around(found, known, INVENTORIES, words, "pilot", "story")
    return TABLES.rows(with_resolved(around, resolve(found, known.annotators)))


def load(document: str) -> tuple[Dossier, Registries]:
    """Return a document of this file or of the checkout, without its text."""
    if document == MILL.id:
        return dossier(*mill_sets()), registries(MILL)
    if document == FERRY.id:
        return dossier(*ferry_sets(), on=FERRY), registries(FERRY)
    found, known = CORPUS.dossier(document), CORPUS.registries
    assert found is not None
    assert known is not None
    return structs.replace(found, text=None), known


@cache
def rows(document: str) -> Rows:
    return compile_rows(*load(document))


every_document = pytest.mark.parametrize("document", DOCUMENTS)


def name(inventory: str, code: int | None) -> str | None:
    return None if code is None else INVENTORIES[inventory].names[code]


def classes(layer: str) -> dict[str, list[str]]:
    """Return label column to its class names: those that have a soft column."""
    features = {column.name: column.feature for column in COLUMNS[layer]}
    return {
        column: feature["names"]
        for column, feature in features.items()
        if f"{column}_soft" in features and "names" in feature
    }


def main(layer: str) -> str:
    return "actors" if layer == "actor" else next(iter(classes(layer)))


def votes_of(table: Rows, layer: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for vote in table[f"{layer}_votes"]:
        found.setdefault(vote["item_id"], []).append(vote)
    return found


def counted(row: Row, votes: Iterable[Row]) -> list[Row]:
    """Return the votes that count: of the row's voters, the adjudicator's left out."""
    population = name("population", row["voters"])
    return [
        vote
        for vote in votes
        if name("set_role", vote["role"]) != "adjudicator"
        and population
        == (
            "key"
            if name("set_role", vote["role"]) == "key"
            else name("annotator_kind", vote["annotator_kind"])
        )
    ]


def decision(table: Rows, row: Row, votes: list[Row]) -> tuple[str | None, Row | None]:
    """Return the adjudicator's decision on an item and, if there is one, their vote.

    On sources and on the carrier's stance they decide with the claim: where the claim
    is adjudicated and this part of it is not, the part was dropped. An item that was
    merged into another is dropped, too.
    """
    whole = row.get("claim_id") or (row.get("target_id") if is_carrier(row) else None)
    if whole is not None:
        votes = votes + [v for v in table["claim_votes"] if v["item_id"] == whole]
    decided = [v for v in votes if name("set_role", v["role"]) == "adjudicator"]
    if not decided:
        ids = {vote["vote_id"] for vote in votes}
        layer = next(name for name in LAYERS if any(row is r for r in table[name]))
        into = [v for v in table[f"{layer}_votes"] if ids & set(v["sources"])]
        return ("dropped" if into else None), None
    kind = name("decision", decided[-1]["decision"])
    own = next((v for v in decided if v["item_id"] == row["item_id"]), None)
    if own is None:
        return ("left_open" if kind == "left_open" else "dropped"), None
    return kind, own


def claim_of(table: Rows, row: Row) -> Row | None:
    """Return the claim that a source or a carrier's stance is a part of."""
    whole = row.get("claim_id") or (row.get("target_id") if is_carrier(row) else None)
    return next((claim for claim in table["claim"] if claim["item_id"] == whole), None)


def is_carrier(row: Row) -> bool:
    return str(row["item_id"]).endswith(".carrier")


def is_kept(row: Row, whole: Row) -> bool:
    """Tell whether a part of a claim is there, given that the claim is."""
    if whole["exists"] is True:
        return row["exists"] is True
    return bool(2 * row["n_found"] > row["n_looked"])


def is_reported(table: Rows, row: Row) -> bool:
    """Tell whether most who marked a claim gave the carrier a stance toward it."""
    return any(
        is_carrier(stance)
        and stance["target_id"] == row["item_id"]
        and is_kept(stance, row)
        for stance in table["stance"]
    )


def majority(values: list[Any]) -> Any:
    return next((v for v, n in Counter(values).items() if 2 * n > len(values)), None)


# every layer, every row


@every_document
@pytest.mark.parametrize("layer", LAYERS)
def test_soft_labels_are_counts_of_the_votes(document: str, layer: str) -> None:
    table = rows(document)
    votes = votes_of(table, layer)
    for row in table[layer]:
        voted = counted(row, votes[row["item_id"]])
        for column, labels in classes(layer).items():
            cast = [vote[column] for vote in voted if vote[column] is not None]
            expected = [cast.count(n) / len(cast) for n in range(len(labels)) if cast]
            assert row[f"{column}_soft"] == (expected or None), (row["item_id"], column)


@every_document
@pytest.mark.parametrize("layer", LAYERS)
def test_resolved_labels_follow_the_rule(document: str, layer: str) -> None:
    table = rows(document)
    votes = votes_of(table, layer)
    for row in table[layer]:
        kind, own = decision(table, row, votes[row["item_id"]])
        voted = counted(row, votes[row["item_id"]])
        for column in classes(layer):
            if kind is None:
                cast = [vote[column] for vote in voted if vote[column] is not None]
                expected = majority(cast)
                if column == "carrier_stance" and not is_reported(table, row):
                    expected = None
                if column in {"expression", "portrayal"} and row["label"] is not None:
                    alike = [vote for vote in voted if vote["label"] == row["label"]]
                    if all(vote[column] is None for vote in alike):
                        expected = None
            else:
                closed = kind in {"left_open", "dropped"} or own is None
                expected = None if closed or own is None else own[column]
            assert row[column] == expected, (row["item_id"], column)


@every_document
@pytest.mark.parametrize("layer", LAYERS)
def test_counts_of_votes_fit_the_main_label(document: str, layer: str) -> None:
    table = rows(document)
    votes = votes_of(table, layer)
    for row in table[layer]:
        voted = counted(row, votes[row["item_id"]])
        cast = [repr(v[main(layer)]) for v in voted if v[main(layer)] is not None]
        most = max(Counter(cast).values(), default=0)
        assert row["n_votes"] == len(cast)
        assert row["top_share"] == (most / len(cast) if cast else None)
        kind, _own = decision(table, row, votes[row["item_id"]])
        judges = {
            judge_of(v["annotator_id"]) for v in voted if v[main(layer)] is not None
        }
        assert row["n_judges"] == len(judges)
        how = "unanimous" if most == len(cast) else "majority"
        how = "repeated" if len(judges) == 1 else how
        how = "tie" if most * 2 <= len(cast) else how
        how = "single" if len(cast) == 1 else how
        expected = "adjudicated" if kind else (how if cast else None)
        assert name("decided_by", row["decided_by"]) == expected


@every_document
@pytest.mark.parametrize("layer", LAYERS)
def test_existence_fits_who_found_it_and_who_looked(document: str, layer: str) -> None:
    table = rows(document)
    votes = votes_of(table, layer)
    for row in table[layer]:
        found = {v["annotator_id"] for v in counted(row, votes[row["item_id"]])}
        assert 0 <= row["n_found"] <= min(row["n_looked"], len(found))
        kind, _own = decision(table, row, votes[row["item_id"]])
        share = row["n_found"] * 2 - row["n_looked"]
        expected = None if share == 0 else share > 0
        if kind not in {None, "left_open"}:
            expected = kind != "dropped"
        whole = claim_of(table, row)
        if whole is not None and whole["exists"] is not True and expected is not False:
            expected = whole["exists"]
        assert row["exists"] == expected, row["item_id"]


@every_document
def test_mentions_claims_and_panels_are_looked_for_by_those_with_full_coverage(
    document: str,
) -> None:
    found, _known = load(document)
    coverage = {
        (record.annotator, judged.segment): judged.coverage
        for record in found.sets
        if record.role != "adjudicator"
        for judged in record.segments
    }
    table = rows(document)
    for layer in ("claim", "actor", "stance"):
        votes = votes_of(table, layer)
        for row in table[layer]:
            kind = layer
            if layer == "stance":
                if is_carrier(row):
                    continue  # those who marked the claim looked
                is_panel = name("stance_target", row["target_kind"]) == "panel"
                kind = "panel" if is_panel else "stance"
            voters = {v["annotator_id"] for v in counted(row, votes[row["item_id"]])}
            full = {
                annotator
                for (annotator, segment), covered in coverage.items()
                if segment == row["segment_id"] and getattr(covered, kind) == "full"
            }
            assert row["n_found"] == len(voters & full), row["item_id"]
            assert row["n_found"] <= row["n_looked"] <= len(full), row["item_id"]


@every_document
def test_soft_actors_are_shares_of_the_votes_that_name_each(document: str) -> None:
    table = rows(document)
    votes = votes_of(table, "actor")
    for row in table["actor"]:
        voted = counted(row, votes[row["item_id"]])
        links = [tuple(vote["actors"]) for vote in voted]
        named = {actor for link in links for actor in link}
        expected = {
            actor: sum(actor in link for link in links) / len(links) for actor in named
        }
        soft = row["actors_soft"]
        if not links:
            assert soft is None
            continue
        assert [share["actor"] for share in soft] == sorted(named)
        assert {s["actor"]: s["p"] for s in soft} == pytest.approx(expected)
        kind, own = decision(table, row, votes[row["item_id"]])
        if kind is None:
            assert tuple(row["actors"] or ()) == (majority(links) or ())
        assert len(row["actors"] or ()) == len(row["actor_kinds"] or ())
        assert own is None or row["actors"] in (own["actors"], None)


@every_document
@pytest.mark.parametrize("layer", LAYERS)
def test_every_vote_has_its_row_and_every_row_its_votes(
    document: str, layer: str
) -> None:
    table = rows(document)
    items = [row["item_id"] for row in table[layer]]
    votes = [vote["vote_id"] for vote in table[f"{layer}_votes"]]
    assert set(items) == set(votes_of(table, layer))
    assert len(items) == len(set(items))
    assert len(votes) == len(set(votes))
    for item_id, found in votes_of(table, layer).items():
        assert found[0]["vote_id"] == item_id


@every_document
def test_every_judgement_is_a_vote(document: str) -> None:
    found, _known = load(document)
    table = rows(document)
    for record in found.sets:
        for part in record.segments:
            wanted = {
                "actor": {mention.id for mention in part.mentions},
                "claim": {claim.id for claim in part.claims},
                "stance": {stance.id for stance in part.stances}
                | {f"panel.{target}" for target in part.panel}
                | {f"{c.id}.carrier" for c in part.claims if c.carrier_stance},
                "source_type": {
                    f"{claim.id}.{number}.{level}"
                    for claim in part.claims
                    for number, chain in enumerate(claim.chains, 1)
                    for level in range(1, len(chain) + 1)
                }
                | {f"{claim.id}.0.0" for claim in part.claims if not claim.chains},
            }
            role = INVENTORIES["set_role"].names.index(record.role)
            whose = (part.segment, record.annotator, role)
            for layer, ids in wanted.items():
                here = [
                    vote["vote_id"].split("/")[2].partition(".")[2]
                    for vote in table[f"{layer}_votes"]
                    if whose == (vote["segment_id"], vote["annotator_id"], vote["role"])
                ]
                assert sorted(here) == sorted(ids), (layer, whose)


@every_document
def test_rows_join(document: str) -> None:
    table = rows(document)
    segments = {(r["document_id"], r["segment_id"]) for r in table["segment"]}
    assert len(segments) == len(table["segment"])
    claims = {row["item_id"] for row in table["claim"]}
    for config, found in table.items():
        for row in found:
            assert row["document_id"] == document
            if config != "document":
                assert (document, row["segment_id"]) in segments
            if config.startswith("source_type"):
                assert row["claim_id"] in claims
            if name("stance_target", row.get("target_kind")) == "claim":
                assert row["target_id"] in claims


# types


def _walk(feature: Feature, value: Any) -> Iterator[tuple[Feature, Any]]:
    yield feature, value
    if value is None:
        return
    if feature.get("_type") == "List":
        for inner in value:
            yield from _walk(feature["feature"], inner)
    elif "_type" not in feature:
        assert list(value) == list(feature)
        for key, inner in feature.items():
            yield from _walk(inner, value[key])


@every_document
def test_rows_have_the_columns_and_types_of_their_config(document: str) -> None:
    types = {"string": str, "int32": int, "float64": float, "bool": bool}
    for config, found in rows(document).items():
        columns = {column.name: column.feature for column in COLUMNS[config]}
        for row in found:
            assert set(row) == set(columns), config
            for feature, value in _walk(columns, {c: row[c] for c in columns}):
                if value is None:
                    continue
                if feature.get("_type") == "ClassLabel":
                    assert type(value) is int
                    assert 0 <= value < len(feature["names"])
                elif feature.get("_type") == "Value":
                    assert type(value) is types[feature["dtype"]], (config, feature)


@every_document
def test_places_in_the_segment_fit_places_in_the_document(document: str) -> None:
    table = rows(document)
    starts = {row["segment_id"]: (row["start"], row["end"]) for row in table["segment"]}
    n_spans = 0
    for layer in LAYERS:
        for config in (layer, f"{layer}_votes"):
            columns = {column.name: column.feature for column in COLUMNS[config]}
            for row in table[config]:
                start, end = starts[row["segment_id"]]
                for _feature, value in _walk(columns, {c: row[c] for c in columns}):
                    if not isinstance(value, dict) or "digest" not in value:
                        continue
                    if value.get("whole_segment"):
                        assert value["start"] is value["digest"] is None
                        continue
                    n_spans += 1
                    assert start <= value["start"] < value["end"] <= end
                    assert value["segment_start"] == value["start"] - start
                    assert value["segment_end"] == value["end"] - start
    assert n_spans or not table["claim"]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_columns_are_named_once_said_and_of_a_type_that_arrow_knows(
    config: Any,
) -> None:
    columns = COLUMNS[config.name]
    names = [column.name for column in columns]
    assert len(names) == len(set(names))
    assert arrow_schema(columns).names == names
    assert all(column.meaning.endswith(".") for column in columns)


# the made-up readings hold what the rules above are about


def test_the_made_up_readings_hold_every_way_to_decide() -> None:
    found = {
        name("decided_by", row["decided_by"])
        for layer in LAYERS
        for document in (MILL.id, "astute-news-hama-2017")
        for row in rows(document)[layer]
    }
    ways = set(INVENTORIES["decided_by"].names)
    assert found == ways | {None}


def test_the_carrier_is_named_by_the_outlet_and_a_commenter_by_the_pseudonym() -> None:
    holders = {
        (row["segment_id"], name("holder_kind", row["holder_kind"]), row["holder_id"])
        for row in rows(MILL.id)["stance"]
    }
    assert holders == {
        ("s01", "carrier", "harl_gazette"),
        ("s01", "actor", "harl_mayor"),
        ("s01", "actor", "river_guard"),
        ("s02", "commenter", "commenter-1"),
    }


def test_claims_say_where_they_come_from_nearest_and_last() -> None:
    row = next(
        row for row in rows(MILL.id)["claim"] if row["item_id"].endswith("ana.c02")
    )
    # Two of three end at the paper, whose type ties; one goes on to a nurse.
    assert row["n_chains"] == 2
    assert [name("source_type", n) for n in row["nearest_source_type"]] == [
        None,
        "media",
    ]
    assert row["origin_source_type"] == row["nearest_source_type"]
    assert row["claimants"] == ["harl_gazette"]


def test_words_are_those_of_the_spans_where_the_text_may_be_held() -> None:
    table = compile_rows(dossier(*mill_sets()), registries(MILL), TEXT)
    for row in table["claim"]:
        assert row["text"] == [TEXT[s["start"] : s["end"]] for s in row["spans"]]
    for layer in ("actor", "source_type"):
        for row in table[layer]:
            span = row["span"]
            assert row["text"] == (span and TEXT[span["start"] : span["end"]])
    for row in table["segment"]:
        assert row["text"] == TEXT[row["start"] : row["end"]]
    assert [row["text"] for row in table["document"]] == [TEXT]
    comment = next(r for r in table["claim"] if r["segment_id"] == "s02")
    (span,) = comment["spans"]
    segment = next(r for r in table["segment"] if r["segment_id"] == "s02")
    words = segment["text"][span["segment_start"] : span["segment_end"]]
    assert words == "The guard did it"


@every_document
def test_without_a_text_no_row_has_words(document: str) -> None:
    texts = [
        row["text"]
        for found in rows(document).values()
        for row in found
        if "text" in row
    ]
    assert texts
    assert set(texts) == {None}


def test_claimants_are_who_each_chain_goes_back_to_as_far_as_it_says() -> None:
    paper = node("media", "harl_gazette")
    mayor, nurse = node("official_civil", "harl_mayor"), node("local_witness")
    told = claim("c01", at(0, 9), chains=[(paper, mayor), (paper, nurse), (nurse,)])
    found = dossier(reading("ana", judged(claims=[told])))
    (row,) = compile_rows(found, registries(MILL))["claim"]
    assert row["claimants"] == ["harl_gazette", "harl_mayor"]
    only_mayor = structs.replace(told, chains=told.chains[:1])
    found = dossier(reading("ana", judged(claims=[only_mayor])))
    (row,) = compile_rows(found, registries(MILL))["claim"]
    assert row["claimants"] == ["harl_mayor"]


# no row contradicts another


@every_document
def test_no_claim_contradicts_its_sources(document: str) -> None:
    table = rows(document)
    for row in table["claim"]:
        sources = [
            source
            for source in table["source_type"]
            if source["claim_id"] == row["item_id"] and is_kept(source, row)
        ]
        nearest = [source for source in sources if source["level"] == 1]
        last = [s for s in sources if s["is_origin"] and s["level"]]
        assert [s["chain"] for s in nearest] == [s["chain"] for s in last]
        assert not (nearest and any(source["level"] == 0 for source in sources))
        if not sources:
            assert row["n_chains"] is None
            assert row["nearest_source_type"] is None
            assert row["origin_source_type"] is None
            assert row["claimants"] is None
            continue
        assert row["n_chains"] == len(nearest)
        assert row["nearest_source_type"] == [s["source_type"] for s in nearest]
        assert row["origin_source_type"] == [s["source_type"] for s in last]
        actors = {actor for source in sources for actor in source["actors"]}
        assert set(row["claimants"]) <= actors
        assert bool(row["claimants"]) == bool(actors)


@every_document
def test_no_claim_contradicts_the_stance_of_its_carrier(document: str) -> None:
    table = rows(document)
    for row in table["claim"]:
        stances = [
            stance
            for stance in table["stance"]
            if is_carrier(stance) and stance["target_id"] == row["item_id"]
        ]
        assert len(stances) <= 1
        kept = [stance for stance in stances if is_kept(stance, row)]
        labels = [stance["label"] for stance in kept] or [None]
        assert [row["carrier_stance"]] == labels
        if row["carrier_stance"] is not None and kept[0]["exists"]:
            assert row["n_chains"] != 0  # a stance toward a claim of their own


@every_document
def test_nothing_exists_that_is_part_of_what_does_not(document: str) -> None:
    table = rows(document)
    exists = {row["item_id"]: row["exists"] for row in table["claim"]}
    claim_target = INVENTORIES["stance_target"].names.index("claim")
    parts = [(row, row["claim_id"]) for row in table["source_type"]]
    parts += [
        (row, row["target_id"])
        for row in table["stance"]
        if row["target_kind"] == claim_target
    ]
    for row, whole in parts:
        assert row["exists"] is not True or exists[whole] is True


@every_document
def test_chains_are_numbered_once_and_end_once(document: str) -> None:
    table = rows(document)
    for whole in table["claim"]:
        chains: dict[int, list[Row]] = {}
        for row in table["source_type"]:
            if row["claim_id"] == whole["item_id"]:
                chains.setdefault(row["chain"], []).append(row)
        assert sorted(chains)[-1:] in ([len(chains)], [len(chains) - 1])
        for number, found in chains.items():
            if number:
                assert [row["level"] for row in found] == [
                    *range(1, len(found) + 1),
                ]
            assert found[-1]["is_origin"]
            of_all = [row for row in found if is_kept(row, whole)]
            assert not of_all or sum(row["is_origin"] for row in of_all) == 1


@every_document
def test_what_is_not_voted_fits_the_labels(document: str) -> None:
    table = rows(document)
    silent = {
        INVENTORIES["stance_label"].names.index(one)
        for one in ("not_addressed", "unclear")
    }
    for row in table["stance"]:
        if row["label"] in silent and name("stance_target", row["target_kind"]) == (
            "panel"
        ):
            assert row["label"] != min(silent) or not row["evidence"]
            assert row["expression"] is None
            assert row["portrayal"] is None
    modality = {row["item_id"]: row["modality"] for row in table["claim"]}
    for row in table["source_type"]:
        assert row["modality"] is None or row["modality"] != modality[row["claim_id"]]


def _one_claim(*readings: AnnotationSet) -> tuple[Row, Rows]:
    table = compile_rows(dossier(*readings), registries(MILL))
    (row,) = table["claim"]
    return row, table


def test_sources_of_a_claim_are_those_of_most_readings() -> None:
    paper = node("media", "harl_gazette", span=at(20, 24))
    mayor = node("official_civil", "harl_mayor", span=at(40, 44))
    nurse = node("local_witness", span=at(60, 64))

    def told(who: str, *chains: Any) -> AnnotationSet:
        return reading(who, judged(claims=[claim("c01", at(0, 9), chains=chains)]))

    # Ana alone has the mayor, and her reading comes first; the nurse is behind the
    # paper for Ben and Cem only.
    row, table = _one_claim(
        told("ana", (mayor,), (paper,)),
        told("ben", (paper, nurse)),
        told("cem", (paper, nurse)),
    )
    assert row["taken_from"] == "ana"
    assert row["n_chains"] == 1
    types = [row["nearest_source_type"], row["origin_source_type"]]
    assert [name("source_type", code) for (code,) in types] == [
        "media",
        "local_witness",
    ]
    assert row["claimants"] == ["harl_gazette"]
    # `chain` names the group, which has no number in any one reading.
    assert [
        (r["chain"], r["level"], r["is_origin"], r["exists"])
        for r in table["source_type"]
    ] == [(1, 1, True, False), (2, 1, False, True), (2, 2, True, True)]


def test_readings_that_tie_on_the_source_leave_it_open() -> None:
    mayor = node("official_civil", "harl_mayor", span=at(40, 44))
    row, _ = _one_claim(
        reading("ana", judged(claims=[claim("c01", at(0, 9), chains=[(mayor,)])])),
        reading("ben", judged(claims=[claim("c01", at(0, 9))])),
    )
    assert row["exists"] is True
    for column in ("n_chains", "nearest_source_type", "claimants", "carrier_stance"):
        assert row[column] is None
    assert row["carrier_stance_soft"] is not None


def test_a_stance_that_one_of_three_saw_is_none_of_the_carrier() -> None:
    mayor = node("official_civil", "harl_mayor", span=at(40, 44))
    row, table = _one_claim(
        reading("ana", judged(claims=[claim("c01", at(0, 9), chains=[(mayor,)])])),
        reading("ben", judged(claims=[claim("c01", at(0, 9))])),
        reading("cem", judged(claims=[claim("c01", at(0, 9))])),
    )
    assert (row["n_chains"], row["carrier_stance"]) == (0, None)
    assert [stance["exists"] for stance in table["stance"]] == [False]


# who comes later


def _cut(mention: Mention) -> Mention:
    return structs.replace(mention, end=max(mention.start + 1, mention.end - 1))


def _other(judged: JudgedSegment) -> JudgedSegment:
    """Judge a segment a little otherwise: less here, more there, in another order."""
    mentions = [
        _cut(mention) if number % 5 == 1 else mention
        for number, mention in enumerate(judged.mentions)
        if number % 3
    ]
    claims = [claim for number, claim in enumerate(judged.claims) if number % 4]
    kept = {claim.id for claim in claims}
    return structs.replace(
        judged,
        mentions=(*reversed(mentions), *_new(judged, Mention)),
        claims=(*reversed(claims), *_new(judged, Claim)),
        stances=tuple(
            stance
            for stance in judged.stances
            if stance.target.kind != "claim" or stance.target.id in kept
        ),
        relations=(),
    )


def _new(judged: JudgedSegment, kind: type) -> Iterator[Any]:
    """Mark the gap between two neighbours."""
    if kind is Claim:
        for claim in judged.claims[:1]:
            yield structs.replace(claim, id="c900", claim_type="prediction", about=())
        return
    order = sorted(judged.mentions, key=lambda mention: mention.start)
    for left, right in pairwise(order):
        if left.end + 1 < right.start:
            yield structs.replace(
                left, id="m900", start=left.end, end=right.start, actors=("NIL:gap",)
            )
            return


def _later(record: AnnotationSet, annotator: str) -> AnnotationSet:
    return structs.replace(
        record,
        annotator=annotator,
        created="2099-01-01T00:00:00Z",
        role="annotator",
        segments=tuple(_other(judged) for judged in record.segments),
    )


JUDGED = [d for d in DOCUMENTS if d != FERRY.id and load(d)[0].sets]


@pytest.mark.parametrize("kind", ["human", "language_model"])
@pytest.mark.parametrize("document", JUDGED)
def test_a_later_annotator_renames_no_item(document: str, kind: str) -> None:
    found, known = load(document)
    late = structs.replace(ANNOTATORS["lm-1"], id="late", kind=kind)
    known = structs.replace(known, annotators=known.annotators | {"late": late})
    first = next(one for one in found.sets if one.role != "adjudicator")
    more = structs.replace(found, sets=(*found.sets, _later(first, "late")))
    before, after = rows(document), compile_rows(more, known)
    for layer in LAYERS:
        old = [row["item_id"] for row in before[layer]]
        now = [row["item_id"] for row in after[layer]]
        assert [item for item in now if item in set(old)] == old
        new = [item for item in now if item not in set(old)]
        assert all(".late." in item or "/late." in item for item in new)
        belongs = {v["vote_id"]: v["item_id"] for v in after[f"{layer}_votes"]}
        for vote in before[f"{layer}_votes"]:
            assert belongs[vote["vote_id"]] == vote["item_id"]
    assert len(after["actor_votes"]) > len(before["actor_votes"])
    assert any(vote["annotator_id"] == "late" for vote in after["claim_votes"])


def test_a_place_in_the_made_up_text_is_counted_in_code_points() -> None:
    comment = next(
        row for row in rows(MILL.id)["segment"] if row["segment_id"] == "s02"
    )
    fire = find("🔥")
    assert comment["start"] < fire.start < fire.end == fire.start + 1
    assert comment["end"] == len(TEXT.rstrip())
