# ruff: noqa: D101, D102
"""Seven small programs, of the kind that pyperformance has. `PROGRAMS` maps names to calls without arguments."""

from __future__ import annotations

import itertools


# nbody: floats in lists
def make_bodies():
    return [
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47],
        [[4.84, -1.16, -0.10], [0.60, 2.81, -0.02], 0.037],
        [[8.34, 4.12, -0.40], [-1.01, 1.82, 0.008], 0.011],
        [[12.89, -15.11, -0.22], [1.08, 0.86, -0.01], 0.0017],
        [[15.37, -25.91, 0.17], [0.97, 0.59, -0.03], 0.0020],
    ]


def advance(bodies, pairs, dt):
    for (p1, v1, m1), (p2, v2, m2) in pairs:
        dx, dy, dz = p1[0] - p2[0], p1[1] - p2[1], p1[2] - p2[2]
        mag = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
        a, b = m2 * mag, m1 * mag
        v1[0] -= dx * a
        v1[1] -= dy * a
        v1[2] -= dz * a
        v2[0] += dx * b
        v2[1] += dy * b
        v2[2] += dz * b
    for position, velocity, _ in bodies:
        position[0] += dt * velocity[0]
        position[1] += dt * velocity[1]
        position[2] += dt * velocity[2]


def nbody():
    bodies = make_bodies()
    pairs = list(itertools.combinations(bodies, 2))
    for _ in range(500):
        advance(bodies, pairs, 0.01)
    return bodies[0][0][0]


# fannkuch: permutations of lists
def fannkuch(n=7):
    count = list(range(1, n + 1))
    perm1 = list(range(n))
    most, r = 0, n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if perm1[0] != 0:
            perm = perm1[:]
            flips = 0
            k = perm[0]
            while k:
                perm[: k + 1] = perm[k::-1]
                flips += 1
                k = perm[0]
            most = max(most, flips)
        while r != n:
            perm1.insert(r, perm1.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        else:
            return most


# nqueens: generators and sets
def permutations(pool, r):
    indices = list(range(len(pool)))
    cycles = list(range(len(pool) - r + 1, len(pool) + 1))[::-1]
    yield tuple(pool[i] for i in indices[:r])
    while True:
        for i in reversed(range(r)):
            cycles[i] -= 1
            if cycles[i] == 0:
                indices[i:] = indices[i + 1 :] + indices[i : i + 1]
                cycles[i] = len(pool) - i
            else:
                j = cycles[i]
                indices[i], indices[-j] = indices[-j], indices[i]
                yield tuple(pool[i] for i in indices[:r])
                break
        else:
            return


def nqueens(count=6):
    columns = range(count)
    found = 0
    for vector in permutations(columns, count):
        if count == len({vector[i] + i for i in columns}) == len({vector[i] - i for i in columns}):
            found += 1
    return found


# spectral norm: calls in inner loops
def cell(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    return [sum_row(i, vector) for i in range(len(vector))]


def sum_row(i, vector):
    total = 0.0
    for j, value in enumerate(vector):
        total += cell(i, j) * value
    return total


def spectral_norm():
    vector = [1.0] * 70
    for _ in range(3):
        vector = times(vector)
    return vector[3]


# scheduler: objects, methods, a class hierarchy (after Richards)
class Task:
    def __init__(self, name, weight, following):
        self.name, self.weight, self.following = name, weight, following
        self.done, self.queue = 0, []

    def take(self, packet):
        self.queue.append(packet)

    def run(self, world):
        if not self.queue:
            return False
        packet = self.queue.pop(0)
        self.done += 1
        if packet > 0:
            world.send(self.following, self.work(packet))
        return True

    def work(self, packet):
        return packet - 1


class Device(Task):
    def work(self, packet):
        return packet - 1 if self.done % self.weight else packet - 2


class World:
    def __init__(self):
        self.tasks = {}

    def add(self, task):
        self.tasks[task.name] = task

    def send(self, name, packet):
        self.tasks[name].take(packet)

    def run(self):
        busy, rounds = True, 0
        while busy:
            busy = False
            for task in self.tasks.values():
                if task.run(self):
                    busy = True
            rounds += 1
        return rounds


def scheduler():
    world = World()
    names = ["idle", "worker", "device", "handler"]
    for index, name in enumerate(names):
        make = Device if index % 2 else Task
        world.add(make(name, index + 2, names[(index + 1) % 4]))
    for packet in range(60):
        world.send("idle", packet)
    return world.run()


# parser: strings, dicts, recursion
class Parser:
    def __init__(self, text):
        self.text, self.at = text, 0

    def skip(self):
        text, at = self.text, self.at
        while at < len(text) and text[at] in " \n":
            at += 1
        self.at = at

    def value(self):
        self.skip()
        char = self.text[self.at]
        if char == "{":
            return self.object()
        if char == "[":
            return self.array()
        if char == '"':
            return self.string()
        return self.number()

    def object(self):
        found = {}
        self.at += 1
        while True:
            self.skip()
            if self.text[self.at] == "}":
                self.at += 1
                return found
            key = self.string()
            self.skip()
            self.at += 1
            found[key] = self.value()
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1

    def array(self):
        found = []
        self.at += 1
        while True:
            self.skip()
            if self.text[self.at] == "]":
                self.at += 1
                return found
            found.append(self.value())
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1

    def string(self):
        start = self.at + 1
        end = self.text.index('"', start)
        self.at = end + 1
        return self.text[start:end]

    def number(self):
        start = at = self.at
        while self.text[at] in "0123456789.-":
            at += 1
        self.at = at
        return float(self.text[start:at])


def parser():
    record = '{"name": "a name", "values": [1, 2.5, -3, 40, 5], "inner": {"x": 1, "y": [ ]}}'
    text = "[" + ", ".join([record] * 60) + "]"
    return len(Parser(text).value())


# game of life: sets, tuples, comprehension
def neighbours(cell):
    x, y = cell
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            if dx or dy:
                yield x + dx, y + dy


def generation(alive):
    counts = {}
    for one in alive:
        for other in neighbours(one):
            counts[other] = counts.get(other, 0) + 1
    return {one for one, count in counts.items() if count == 3 or (count == 2 and one in alive)}


def life():
    alive = {(0, 1), (1, 2), (2, 0), (2, 1), (2, 2), (10, 10), (10, 11), (10, 12), (11, 10), (9, 11)}
    for _ in range(40):
        alive = generation(alive)
    return len(alive)


PROGRAMS = {
    "nbody": nbody,
    "fannkuch": fannkuch,
    "nqueens": nqueens,
    "spectral norm": spectral_norm,
    "scheduler": scheduler,
    "parser": parser,
    "game of life": life,
}
