"""Kernels that call: methods, recursion, generators, closures, handlers."""

from kernel import Kernels

kernel = Kernels()


class Vector:
    """A point that is added and multiplied."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def dot(self, other):
        """Multiply."""
        return self.x * other.x + self.y * other.y


@kernel(Vector.__init__, Vector.__add__, Vector.dot)
def vectors(n):
    a, step, t = Vector(0.0, 1.0), Vector(0.5, -0.25), 0.0
    for _ in range(n):
        a = a + step
        t += a.dot(step)
    return t


class Stack:
    """A list behind two methods."""

    def __init__(self):
        self.items = []

    def push(self, item):
        """Add."""
        self.items.append(item)

    def pop(self):
        """Take."""
        return self.items.pop()


@kernel(Stack.push, Stack.pop)
def stack(n):
    s = Stack()
    for i in range(n):
        s.push(i)
        if i & 1:
            s.pop()
    return len(s.items)


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


@kernel(fibonacci)
def recursion(n):
    t = 0
    for _ in range(n // 1_000):
        t += fibonacci(14)
    return t


def evens(n):
    for i in range(n):
        if not i & 1:
            yield i


def doubled(many):
    for one in many:
        yield one * 2


@kernel(evens, doubled)
def pipeline(n):
    t = 0
    for v in doubled(evens(n)):
        t += v
    return t


def tree(depth):
    return (tree(depth - 1), tree(depth - 1)) if depth else None


def count(node):
    if node is None:
        return 1
    left, right = node
    return 1 + count(left) + count(right)


@kernel(tree, count)
def trees(n):
    t = 0
    for _ in range(max(1, n // 512)):
        t += count(tree(7))
    return t


@kernel()
def handlers(n):
    known = {"a": 1, "b": 2, "c": 3}
    names = "abcd"
    t = 0
    for i in range(n):
        try:
            t += known[names[i & 3]]
        except KeyError:
            t -= 1
    return t


def counter():
    total = 0

    def add(x):
        nonlocal total
        total += x
        return total

    return add


@kernel(counter)
def closures(n):
    add = counter()
    t = 0
    for i in range(n):
        t = add(i & 7)
    return t


class Circle:
    """One of two shapes."""

    def __init__(self, r):
        self.r = r

    def area(self):
        """Say how large it is."""
        return self.r * self.r * 3.0


class Square:
    """The other."""

    def __init__(self, side):
        self.side = side

    def area(self):
        """Say how large it is."""
        return self.side * self.side


@kernel(Circle.area, Square.area)
def shapes(n):
    many = [Circle(1.5), Square(2.0), Square(3), Circle(2)]
    t = 0.0
    for i in range(n):
        t += many[i & 3].area()
    return t
