"""Small pure-Python loops with a result each, to compare hinted with unhinted: name -> source of `target(n)`."""

KERNELS = {
    "integers": "def target(n):\n    t = 1\n    for i in range(n):\n        t = (t * 5 + i) % 65_521\n    return t\n",
    "floats": "def target(n):\n    x = 1.0\n    for i in range(n):\n        x = x * 0.75 + i / 3.0\n    return x\n",
    "long ints": "def target(n):\n    t = 1\n    for i in range(n):\n        t = (t * 3 + i) % 9**25\n    return t\n",
    "mixed types": """
def target(n):
    t = 0
    many = [1, 2.5, True, 10**20, 3 + 0j]
    for i in range(n):
        t += many[i % 5]
    return t
""",
    "branches": """
def target(n):
    a = b = c = 0
    for i in range(n):
        if i % 7 == 0:
            a += i
        elif i & 4:
            b ^= i
        else:
            c -= a & 3
    return a, b, c
""",
    "exceptions": """
def target(n):
    t = 0
    for i in range(n):
        try:
            t += 10 // (i % 4)
        except ZeroDivisionError:
            t -= 1
    return t
""",
    "objects": """
class Node:
    def __init__(self, value):
        self.value = value
        self.following = None
    def add(self, more):
        self.value += more
        return self
def target(n):
    first = last = Node(0)
    for i in range(n):
        last.following = Node(i)
        last = last.following.add(i & 1)
    t = 0
    while first:
        t += first.value
        first = first.following
    return t
""",
    "strings": """
def target(n):
    words = []
    for i in range(n):
        words.append(f"{i:x}".upper())
    return len("".join(words)), words[-1:]
""",
    "dicts": """
def target(n):
    d = {}
    for i in range(n):
        d[i % 17] = d.get(i % 17, 0) + i
    return sorted(d.items())
""",
    "generators": """
def many(n):
    for i in range(n):
        got = yield i * 2
def target(n):
    t = 0
    for v in many(n):
        t += v
    return t
""",
    "closures": """
def target(n):
    total = 0
    def add(x):
        nonlocal total
        total += x
    for i in range(n):
        add(i)
    return total
""",
    "matching": """
def target(n):
    t = 0
    for i in range(n):
        match (i % 3, i % 5):
            case (0, x):
                t += x
            case (1, 1 | 2):
                t += 10
            case _:
                t -= 1
    return t
""",
    "unpacking": """
def target(n):
    a, b, *c = 1, 2, 3, 4
    for i in range(n):
        a, b = b, (a + i) & 1023
        c[0], c[1] = c[1], c[0] + b
    return a, b, c
""",
    "globals": "G = 3\ndef target(n):\n    global G\n    for i in range(n):\n        G = (G + i) & 255\n    return G\n",
}
