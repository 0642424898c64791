"""What is wrong at one place of a document or of an answer sheet."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ProblemAt:
    """One thing to correct: where, a stable code for machines, words for people."""

    path: str
    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)
