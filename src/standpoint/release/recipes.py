"""The recipes of the card. The suite runs them on the dataset that they are shipped with.

`NAME`, `FIRST`, `SAMPLE` and `REAL` stand for the dataset, its first config, the split of
invented documents and that of real reporting. Each recipe can use what the ones before it define.
"""

RECIPES = {
    "Load a table, with label names": """\
from datasets import load_dataset

def table(config, split):
    rows = load_dataset("path/to/NAME", config, split=split)
    frame = rows.to_pandas()
    for column, feature in rows.features.items():
        if hasattr(feature, "names"):  # numbers to names; null and lists stay as they are
            frame[column] = frame[column].map(dict(enumerate(feature.names)))
    if "exists" in frame:  # keep what most readers marked
        frame = frame[frame["exists"].eq(True)]
    return frame

print(table("FIRST", "SAMPLE").iloc[0])
""",
    "1. Where the carrier stands, and the words that show it": """\
stance = table("stance", "SAMPLE")
stance = stance[stance["holder_kind"] == "carrier"]
segment = table("segment", "SAMPLE")[["document_id", "segment_id", "text"]]
stance = stance.merge(segment, on=["document_id", "segment_id"])

def words(row):
    if not isinstance(row["text"], str):
        return None  # the text is withheld
    return [row["text"] if found["whole_segment"]
            else row["text"][int(found["segment_start"]):int(found["segment_end"])]
            for found in row["evidence"]]

stance["words"] = [words(row) for _, row in stance.iterrows()]
print(stance[["segment_id", "target_id", "label", "words"]].head())
""",
    "2. The chain of each claim, from the nearest source to the origin": """\
source = table("source_type", "SAMPLE")
source["source_type"] = source["source_type"].fillna("tie")
source = source.sort_values(["claim_id", "chain", "level"])
chains = source.groupby(["claim_id", "chain"])["source_type"].agg(list).reset_index()
claim = table("claim", "SAMPLE").set_index("item_id")
chains = chains.join(claim["normalised"], on="claim_id")
print(chains[["normalised", "source_type"]].head())
""",
    "3. How often two annotators chose the same label, from their votes": """\
from itertools import combinations

votes = table("claim_votes", "REAL")
votes = votes[votes["role"] == "annotator"]  # neither answer keys nor adjudicators
labels = votes.pivot_table("claim_type", "item_id", "annotator_id", aggfunc="first")
for one, other in combinations(labels.columns, 2):
    both = labels[[one, other]].dropna()  # claims that both of them marked
    same = (both[one] == both[other]).mean()
    print(f"{one} and {other} agree on {same:.0%} of {len(both)} claims")
""",
}
"""Heading to code."""
