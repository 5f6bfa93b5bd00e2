"""Twelve kernels that the compiling backend was not built with: written after it, and measured as it was then."""

from kernel import Kernels

kernel = Kernels()


@kernel()
def factors(n):
    found = 0
    for number in range(2, 2 + n // 20):
        rest, divisor = number, 2
        while divisor * divisor <= rest:
            if rest % divisor:
                divisor += 1
            else:
                rest //= divisor
                found += 1
        found += 1
    return found


@kernel()
def moving_average(n):
    values = [float((i * 37) % 101) for i in range(n // 4)]
    window, total, best = 8, 0.0, 0.0
    for i, value in enumerate(values):
        total += value
        if i >= window:
            total -= values[i - window]
            best = max(best, total / window)
    return best


@kernel()
def edit_distance(n):
    size = max(4, int(n**0.5) // 2)
    a = "kitten sitting on the mitten " * (size // 29 + 1)
    b = "sitting kitten in the kitchen " * (size // 30 + 1)
    a, b = a[:size], b[:size]
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        above, row[0] = i, i + 1
        for j, y in enumerate(b):
            cost = above if x == y else 1 + min(above, row[j], row[j + 1])
            above, row[j + 1] = row[j + 1], cost
    return row[-1]


@kernel()
def knapsack(n):
    room = max(10, n // 40)
    best = [0] * (room + 1)
    for item in range(1, 16):
        weight, worth = item * 3 % 11 + 1, item * 7 % 13 + 2
        for left in range(room, weight - 1, -1):
            other = best[left - weight] + worth
            if other > best[left]:
                best[left] = other
    return best[room]


class Account:
    """Something with a balance that is changed by its methods."""

    def __init__(self, balance):
        self.balance = balance
        self.moves = 0

    def deposit(self, amount):
        """Add."""
        self.balance += amount
        self.moves += 1

    def withdraw(self, amount):
        """Take, where there is enough."""
        if amount > self.balance:
            return False
        self.balance -= amount
        self.moves += 1
        return True


@kernel(Account.deposit, Account.withdraw)
def accounts(n):
    account, refused = Account(100), 0
    for i in range(n):
        if i % 3:
            account.deposit(i & 15)
        elif not account.withdraw(i & 31):
            refused += 1
    return account.balance, refused


def position(many, wanted):
    low, high = 0, len(many)
    while low < high:
        middle = (low + high) // 2
        if many[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel(position)
def binary_search(n):
    many = [i * 3 for i in range(1_000)]
    t = 0
    for i in range(n // 10):
        t += position(many, i * 7 % 3_000)
    return t


@kernel()
def points(n):
    many = [(i % 7, i % 11, 0.5 * (i % 5)) for i in range(50)]
    t = 0.0
    for _ in range(n // 50):
        for x, y, weight in many:
            t += (x * x + y * y) * weight
    return t


@kernel()
def tokens(n):
    source = "alpha = beta + 12 * (gamma - 7) / delta " * (n // 40)
    words = numbers = signs = 0
    inside = False
    for character in source:
        if character.isalpha():
            words += not inside
            inside = True
        else:
            inside = False
            if character.isdigit():
                numbers += 1
            elif character != " ":
                signs += 1
    return words, numbers, signs


@kernel()
def histogram(n):
    seen = {}
    for i in range(n):
        key = i * i % 97
        seen[key] = seen.get(key, 0) + 1
    return max(seen.values())


def sort(many):
    if len(many) < 2:
        return many
    pivot = many[len(many) // 2]
    small = [one for one in many if one < pivot]
    same = [one for one in many if one == pivot]
    large = [one for one in many if one > pivot]
    return sort(small) + same + sort(large)


@kernel(sort)
def quicksort(n):
    many = [i * 7919 % 1009 for i in range(max(4, n // 20))]
    return sort(many)[3]


def root(x):
    guess = x * 0.5 + 0.25
    for _ in range(6):
        guess = 0.5 * (guess + x / guess)
    return guess


@kernel(root)
def newton(n):
    t = 0.0
    for i in range(1, n // 8):
        t += root(i * 0.25)
    return t


@kernel()
def life(n):
    side = 16
    cells = [(i * i + i // 3) % 3 == 0 for i in range(side * side)]
    for _ in range(max(1, n // (8 * side * side))):
        new = []
        for y in range(side):
            for x in range(side):
                around = 0
                for dy in (-1, 0, 1):
                    for dx in (-1, 0, 1):
                        if dx or dy:
                            around += cells[(y + dy) % side * side + (x + dx) % side]
                alive = cells[y * side + x]
                new.append(around == 3 or (alive and around == 2))
        cells = new
    return sum(cells)
