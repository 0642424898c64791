"""The scales that can be asked: their ends, their groups, and the values that need a word."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Group: TypeAlias = Literal["promoter", "passive", "detractor"]

# The three branches of every scale, best first; "promoter" of a satisfaction scale is "satisfied".
GROUPS: tuple[Group, Group, Group] = ("promoter", "passive", "detractor")


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole numbers from low to high; `labelled` are those that always carry words."""

    low: int
    high: int
    detractor_to: int
    promoter_from: int
    labelled: tuple[int, ...]

    @property
    def values(self) -> range:
        return range(self.low, self.high + 1)

    def group_of(self, value: int) -> Group:
        if value <= self.detractor_to:
            return "detractor"
        return "promoter" if value >= self.promoter_from else "passive"


# The bounds repeat `surveys.scoring`, a leaf like this one; a test holds the two together.
SCALES: dict[str, Scale] = {
    "nps": Scale(0, 10, detractor_to=6, promoter_from=9, labelled=(0, 10)),
    "csat": Scale(1, 5, detractor_to=2, promoter_from=4, labelled=(1, 2, 3, 4, 5)),
    "ces": Scale(1, 7, detractor_to=3, promoter_from=5, labelled=(1, 7)),
    "rating": Scale(1, 5, detractor_to=2, promoter_from=4, labelled=(1, 5)),
}

CHOICE = "choice"
COMMENT = "comment"
KINDS = (*SCALES, CHOICE, COMMENT)
