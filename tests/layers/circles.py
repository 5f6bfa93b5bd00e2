"""Circles in a graph of imports."""


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """Give every set of files that import one another in a circle, each in the order of its names (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    found: list[list[str]] = []

    def visit(one: str) -> None:
        number[one] = lowest[one] = len(number)
        waiting.append(one)
        for other in sorted(imports.get(one, ())):
            if other not in number:
                visit(other)
                lowest[one] = min(lowest[one], lowest[other])
            elif other in waiting:
                lowest[one] = min(lowest[one], number[other])
        if lowest[one] == number[one]:
            members = [waiting.pop()]
            while members[-1] != one:
                members.append(waiting.pop())
            if len(members) > 1:
                found.append(sorted(members))

    for one in sorted(imports):
        if one not in number:
            visit(one)
    return found
