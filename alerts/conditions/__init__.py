"""The conditions there are. A new one is a file and a line here."""

from alerts.conditions.base import Condition
from alerts.conditions.score_below import ScoreBelow

CONDITIONS: dict[str, Condition] = {
    "score_below": ScoreBelow(),
}
