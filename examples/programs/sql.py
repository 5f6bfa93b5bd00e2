"""Parses and optimises SQL with sqlglot. Argument: how many times, default 100."""

import sys

from sqlglot import parse_one
from sqlglot.optimizer import optimize

SCHEMA = {
    "orders": {"id": "INT", "customer": "INT", "total": "DOUBLE", "placed": "DATE"},
    "customers": {"id": "INT", "name": "TEXT", "country": "TEXT"},
    "items": {"order_id": "INT", "product": "INT", "count": "INT", "price": "DOUBLE"},
}
QUERIES = [
    """
    WITH recent AS (
        SELECT o.id, o.customer, o.total FROM orders AS o
        WHERE o.placed >= CAST('2026-01-01' AS DATE) AND o.total > 10 + 20
    ), spent AS (
        SELECT r.customer, SUM(i.price * i.count) AS amount, COUNT(*) AS lines
        FROM recent AS r JOIN items AS i ON i.order_id = r.id GROUP BY r.customer HAVING SUM(i.price * i.count) > 100
    )
    SELECT c.name, c.country, s.amount,
        CASE WHEN s.amount > 1000 THEN 'large' WHEN s.amount > 500 THEN 'middle' ELSE 'small' END AS size
    FROM customers AS c LEFT JOIN spent AS s ON s.customer = c.id
    WHERE c.country IN ('DE', 'FR', 'IT') AND (s.amount IS NOT NULL OR NOT (c.name LIKE 'A%'))
    ORDER BY s.amount DESC, c.name LIMIT 100
    """,
    """
    SELECT a.customer, a.total, (SELECT MAX(b.total) FROM orders AS b WHERE b.customer = a.customer) AS best
    FROM orders AS a WHERE a.total BETWEEN 5 AND 500 AND (a.customer = 1 OR a.customer = 2 OR a.customer = 3)
    UNION ALL
    SELECT o.customer, SUM(o.total), MIN(o.total) FROM orders AS o WHERE 1 = 1 AND o.placed < CAST('2025-06-01' AS DATE)
    GROUP BY o.customer
    """,
]


def main(times: int) -> None:
    """Work, and print how much text came out."""
    length = 0
    for _ in range(times):
        for query in QUERIES:
            length += len(optimize(parse_one(query), schema=SCHEMA).sql())
    print(length)


main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
