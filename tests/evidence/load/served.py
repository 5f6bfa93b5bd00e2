"""The functions that soak.py hints: a request, and what answers it."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y - by)


def total(numbers, start):
    for number in numbers:
        start = start * 3 + number if number % 7 else start // 2
        if start > 10**12:
            start %= 1009
    return start


def norm(values):
    found = 0.0
    for value in values:
        found += value * value
    return found**0.5


def words(text, seen):
    for word in text.split():
        seen[word] = seen.get(word, 0) + 1
    return len(seen)


def walk(point, steps):
    for step in range(steps):
        point = point.moved(step & 3)
    return point.x * 1000 + point.y


def answer(request):
    try:
        found = total(request["numbers"], request["number"])
        if found % 5 == 0:
            raise KeyError(found)
    except KeyError as error:
        found = -error.args[0]
    seen = {}
    length = words(request["text"], seen)
    return found, norm(request["values"]), length, sorted(seen), walk(Point(found, 1), 30)
