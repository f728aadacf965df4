"""orders/sum: read orders line by line and add up what each customer spent."""

from __future__ import annotations

from splitmix import SplitMix


def generate(nonce: int, records: int) -> str:
    """Orders such as ``C0117,widget,3,19.99``: customer, item, quantity, price."""
    random = SplitMix(nonce)
    items = ("bolt", "gear", "hinge", "lever", "pulley", "spring", "valve", "widget")
    lines = []
    for _ in range(records):
        customer, item = random.below(200), items[random.below(len(items))]
        quantity, cents = 1 + random.below(9), 100 + random.below(9900)
        lines.append(f"C{customer:04},{item},{quantity},{cents // 100}.{cents % 100:02}\n")
    return "".join(lines)


def total(orders: str) -> tuple[dict[str, int], int]:
    """What each customer spent, in cents, and the number of orders. This is timed."""
    spent: dict[str, int] = {}
    count = 0
    for line in orders.splitlines():
        customer, _, quantity, price = line.split(",")
        whole, _, cents = price.partition(".")
        spent[customer] = spent.get(customer, 0) + int(quantity) * (int(whole) * 100 + int(cents))
        count += 1
    return spent, count


def describe(output: tuple[dict[str, int], int]) -> tuple[object, dict[str, int]]:
    """The result, which must be the same in every language, and how much work it was."""
    spent, count = output
    return dict(sorted(spent.items())), {"orders": count, "customers": len(spent)}
