"""The original: edit distances in Python."""


def distance(a: str, b: str) -> int:
    """How many characters have to be put in, taken out or exchanged to make one
    word of the other (Levenshtein 1966)."""
    above = list(range(len(b) + 1))
    for i, x in enumerate(a):
        corner, above[0] = above[0], i + 1
        for j, y in enumerate(b):
            changed = corner + (x != y)
            corner = above[j + 1]
            above[j + 1] = min(changed, corner + 1, above[j] + 1)
    return above[-1]


def distances(pairs: list[tuple[str, str]]) -> list[int]:
    """The distances of many pairs."""
    return [distance(a, b) for a, b in pairs]
