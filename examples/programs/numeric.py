"""Simulates particles and a heat equation in plain Python. Argument: how many steps, default 4000."""

import sys


def accelerations(xs: list[float], ys: list[float], ax: list[float], ay: list[float]) -> float:
    """Add up how the particles attract each other; return the energy of it."""
    energy = 0.0
    count = len(xs)
    for i in range(count):
        sum_x = sum_y = 0.0
        for j in range(count):
            dx = xs[j] - xs[i]
            dy = ys[j] - ys[i]
            distance = dx * dx + dy * dy + 0.1
            force = 1.0 / (distance * distance)
            sum_x += dx * force
            sum_y += dy * force
            energy -= 0.5 * force * distance
        ax[i] = sum_x
        ay[i] = sum_y
    return energy


def diffuse(rod: list[float], new: list[float], rate: float) -> float:
    """Let heat flow along a rod for one step; return the total."""
    total = 0.0
    for i in range(1, len(rod) - 1):
        new[i] = rod[i] + rate * (rod[i - 1] - 2.0 * rod[i] + rod[i + 1])
        total += new[i]
    return total


def move(place: list[float], speed: list[float], force: list[float], step: float) -> None:
    """Move all particles along one axis."""
    for i in range(len(place)):
        speed[i] += force[i] * step
        place[i] += speed[i] * step


def main(steps: int) -> None:
    """Work, and print what came out."""
    count = 40
    xs = [(7 * n % count) / count for n in range(count)]
    ys = [(11 * n % count) / count for n in range(count)]
    vx, vy, ax, ay = ([0.0] * count for _ in range(4))
    rod = [1.0 if n % 7 == 0 else 0.0 for n in range(1_000)]
    new = list(rod)
    energy = heat = 0.0
    for _ in range(steps):
        energy = accelerations(xs, ys, ax, ay)
        move(xs, vx, ax, 0.0001)
        move(ys, vy, ay, 0.0001)
        heat = diffuse(rod, new, 0.1)
        rod, new = new, rod
    print(f"{energy:.9f} {heat:.9f}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
