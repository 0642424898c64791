"""Where long words may be broken, French or English ones."""

import re

# Where a long word may be broken in a narrow cell: "in-sa-tis-fai-sant", "dis-sa-tis-fied".
_VOWELS, _CONSONANTS = "aeiouyàâéèêëîïôùûü", "bcdfghjklmnpqrstvwxzç"
_SYLLABLES = re.compile(
    f"(?<=[{_VOWELS}][{_CONSONANTS}])(?=[{_CONSONANTS}][{_VOWELS}])"
    f"|(?<=[{_VOWELS}])(?=[{_CONSONANTS}][{_VOWELS}])",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"\w{9,}")
_SOFT_HYPHEN = "\u00ad"


def breakable(words: str) -> str:
    """The words with soft hyphens in the long ones, so that five fit beside each other."""
    return _LONG_WORD.sub(lambda word: _SYLLABLES.sub(_SOFT_HYPHEN, word.group()), words)
