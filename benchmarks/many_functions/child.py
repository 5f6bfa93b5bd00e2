"""Runs in the measured interpreter: parses, optimizes and writes SQL, a round for each line that it reads.

Usage: ``python child.py none|all|chosen [NAME ...]`` prints how many functions are hinted, then for each line of
standard input the CPU time of a round and the length of what it wrote. ``python child.py list ROUNDS`` prints the
functions with loops instead, those that take the most time first.
"""

from __future__ import annotations

import dis
import importlib
import inspect
import json
import pkgutil
import sys
import time
import types

import sqlglot
import sqlglot.optimizer

SCHEMA = {
    "orders": {"id": "int", "customer": "int", "day": "date", "total": "double", "state": "text"},
    "lines": {"order_id": "int", "item": "int", "amount": "int", "price": "double", "note": "text"},
    "customers": {"id": "int", "name": "text", "country": "text", "since": "date"},
    "items": {"id": "int", "name": "text", "kind": "text", "cost": "double"},
}

QUERIES = (
    "SELECT c.country, SUM(l.amount * l.price) AS sold FROM customers AS c JOIN orders AS o ON o.customer = c.id "
    "JOIN lines AS l ON l.order_id = o.id WHERE o.day >= CAST('2024-01-01' AS DATE) AND o.state IN ('paid', 'sent') "
    "GROUP BY c.country HAVING SUM(l.amount) > 10 ORDER BY sold DESC LIMIT 20",
    "WITH big AS (SELECT o.id, o.customer, o.total FROM orders AS o WHERE o.total > (SELECT AVG(total) FROM orders)), "
    "mine AS (SELECT c.id, c.name FROM customers AS c WHERE c.name LIKE 'A%' OR c.country = 'NZ') "
    "SELECT m.name, COUNT(*) AS n, MAX(b.total) AS most FROM big AS b JOIN mine AS m ON m.id = b.customer "
    "GROUP BY m.name",
    "SELECT i.kind, CASE WHEN i.cost < 1 THEN 'cheap' WHEN i.cost BETWEEN 1 AND 10 THEN 'usual' ELSE 'dear' END "
    "AS class, "
    "ROW_NUMBER() OVER (PARTITION BY i.kind ORDER BY i.cost DESC) AS place FROM items AS i WHERE NOT EXISTS "
    "(SELECT 1 FROM lines AS l WHERE l.item = i.id AND l.amount = 0) AND COALESCE(i.name, '') <> ''",
    "SELECT a.day, a.total - b.total AS more FROM orders AS a LEFT JOIN orders AS b ON b.customer = a.customer AND "
    "b.id = a.id - 1 WHERE a.total IS NOT NULL AND (a.total + 1) * 2 > 3 AND a.state = 'paid' UNION ALL "
    "SELECT day, 0 AS more FROM orders WHERE state = 'new'",
)


def one_round() -> int:
    """Do the same work each time; the length of what was written shows that it was the same."""
    length = 0
    for query in QUERIES:
        tree = sqlglot.parse_one(query)
        length += len(tree.sql(dialect="duckdb"))
        length += len(sqlglot.optimizer.optimize(tree, schema=SCHEMA).sql(dialect="postgres", pretty=True))
        length += sum(1 for _ in tree.walk())
    return length


def modules() -> list[types.ModuleType]:
    """Import all that the work can reach, whatever is hinted: what is imported is part of the work."""
    names = ["sqlglot"]
    for package in (sqlglot, sqlglot.optimizer):
        names += [f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__) if not one.ispkg]
    found = []
    for name in names:
        if name.rsplit(".", 1)[-1] != "__main__":
            try:
                found.append(importlib.import_module(name))
            except ImportError:
                continue  # needs a package that is not there
    return found


def functions(found: list[types.ModuleType]) -> dict[str, types.FunctionType]:
    """List the functions and methods that these modules define, by module and qualified name."""
    all_: dict[str, types.FunctionType] = {}

    def add(module: str, thing: object) -> None:
        function = inspect.unwrap(getattr(thing, "__func__", thing))  # type: ignore[arg-type]
        if isinstance(function, types.FunctionType) and function.__module__ == module:
            all_.setdefault(f"{module}:{function.__qualname__}", function)

    for module in found:
        for thing in list(vars(module).values()):
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                for member in list(vars(thing).values()):
                    add(module.__name__, member.fget if isinstance(member, property) else member)
            else:
                add(module.__name__, thing)
    return all_


def has_loop(function: types.FunctionType) -> bool:
    """Say whether a function jumps backwards."""
    return any(one.opname.startswith("JUMP_BACKWARD") for one in dis.get_instructions(function))


def main() -> None:
    """Hint, work and tell."""
    hint, *chosen = sys.argv[1:]
    found = functions(modules())
    if hint == "list":
        import cProfile
        import pstats

        one_round()
        profile = cProfile.Profile()
        profile.runcall(lambda: [one_round() for _ in range(int(chosen[0]))])
        spent = {key: value[2] for key, value in pstats.Stats(profile).stats.items()}  # type: ignore[attr-defined]
        by_code = {(one.__code__.co_filename, one.__code__.co_firstlineno): name for name, one in found.items()}
        times = {by_code[key[:2]]: own for key, own in spent.items() if key[:2] in by_code}
        loops = [name for name in sorted(times, key=lambda name: -times[name]) if has_loop(found[name])]
        print(json.dumps(loops))
        return
    names = list(found) if hint == "all" else chosen if hint == "chosen" else []
    if names:
        import jitctl

        for name in names:
            jitctl.jit_focus(found[name])
    print(json.dumps(len(names)), flush=True)
    for _ in sys.stdin:
        begin = time.process_time_ns()
        length = one_round()
        print(json.dumps([time.process_time_ns() - begin, length]), flush=True)


if __name__ == "__main__":
    main()
