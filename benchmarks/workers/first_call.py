"""What warm-up saves: the first call of a function that nobody called before, and of one that was trained.

``first_call.py --hint none`` times cold calls, ``--hint focus`` those after a training with sample arguments, and
what the training took. Every call is of a code object that nothing has specialised yet.
"""

from _worker import Worker, wall_clock

COPIES = 15


class Point:
    """A point."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def dot(self, other):
        """Multiply."""
        return self.x * other.x + self.y * other.y


POINTS = [Point(i, i + 1.5) for i in range(100)]
WORDS = ("the quick brown fox jumps over the lazy dog " * 10).split()


def integers(n):
    total = 0
    for i in range(n):
        total += i * 3 % 7
    return total


def floats(n):
    x = 0.5
    for _ in range(n):
        x = x * 3.7 * (1.0 - x)
    return x


def attributes(points):
    total = 0.0
    for point in points:
        total += point.x * point.y
    return total


def methods(points):
    first = points[0]
    total = 0.0
    for point in points:
        total += first.dot(point)
    return total


def counting(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def branches(n):
    low = high = 0
    for i in range(n):
        if i & 3:
            low += i
        elif i % 5 == 0:
            high -= 1
        else:
            high += i
    return low, high


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def generator(n):
    for i in range(n):
        yield i * i


def straight(a, b, c):
    x = a * b + c
    y = x * x - a
    z = (x + y) * (b - c)
    return x, y, z, x < y, [a, b, c]


KERNELS = {
    integers: (100,),
    floats: (100,),
    attributes: (POINTS,),
    methods: (POINTS,),
    counting: (WORDS,),
    branches: (100,),
    fib: (10,),
    generator: (100,),
    straight: (1, 2, 3),
}


def refresh(function):
    """Give it code that nothing has specialised; globals() finds it too, for recursion and methods."""
    function.__code__ = function.__code__.replace()
    Point.dot.__code__ = Point.dot.__code__.replace()


def call(function, arguments):
    if function is generator:
        start = wall_clock()
        for _ in function(*arguments):
            pass
        return wall_clock() - start
    start = wall_clock()
    function(*arguments)
    return wall_clock() - start


def main():
    worker = Worker(values=COPIES, warmups=1, min_time=0.001)
    trained = worker.parse().hint != "none"
    if trained:
        import jitctl
    for function, arguments in KERNELS.items():

        def prepare(function=function, arguments=arguments):
            refresh(function)
            if not trained:
                return 0.0
            start = wall_clock()
            jitctl.jit_focus(sample_args=arguments, when="decoration")(function)
            return wall_clock() - start

        def first(loops, function=function, arguments=arguments, prepare=prepare):
            spent = 0.0
            for _ in range(loops):
                prepare()
                spent += call(function, arguments)
            return spent

        worker.measure(f"first call {function.__name__}", first, loops=1)
        if trained:

            def training(loops, prepare=prepare):
                return sum(prepare() for _ in range(loops))

            worker.measure(f"training {function.__name__}", training, loops=1, values=3, warmups=0)
    worker.finish()


if __name__ == "__main__":
    main()
