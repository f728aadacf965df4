"""words/top: count the words of a text and find the ten most frequent."""

from __future__ import annotations

from collections import Counter

from splitmix import SplitMix

CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aeiou"


def word(rank: int) -> str:
    """A word of two syllables for each rank from 0 to 6399."""
    syllables = (CONSONANTS[s // 5] + VOWELS[s % 5] for s in (rank % 80, rank // 80))
    return "".join(syllables)


def generate(nonce: int, words: int) -> str:
    """Sentences, in which a few words are frequent and most are rare."""
    random = SplitMix(nonce)
    parts = []
    begins = True  # a sentence
    for _ in range(words):
        text = word(random.below(1 + random.below(6400)))
        parts.append(text.capitalize() if begins else text)
        mark = random.below(12)
        begins = mark == 0
        parts.append((". ", ", ", "\n")[mark] if mark < 3 else " ")
    return "".join(parts)


def top(text: str) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """The ten most frequent words, and how often each word occurs. This is timed."""
    counts = Counter(token.strip(".,").lower() for token in text.split())
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ranked[:10], counts


def describe(output: tuple[list[tuple[str, int]], dict[str, int]]) -> tuple[object, dict[str, int]]:
    """The result, which must be the same in every language, and how much work it was."""
    ranked, counts = output
    return ranked, {"words": sum(counts.values()), "distinct": len(counts)}
