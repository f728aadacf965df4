"""The commonest words of a text."""

import sys

SIZES = {"small": 1000, "large": 50000}


def text(words):
    """A text of so many words, the same in every language."""
    out, seed = [], 1
    for _ in range(words):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        out.append(f"word{(seed >> 8) % 997}")
    return " ".join(out)


def commonest(text, most=10):
    """The commonest words with their counts, the most first."""
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


if __name__ == "__main__":
    for word, count in commonest(text(SIZES[sys.argv[1]])):
        print(word, count)
