LOG = []
STATE = {"a": 1, "b": 2.5, "n": 0}
G0 = 7
G1 = 2.5
G2 = "g"


class Oops(Exception):
    pass


class Odd(Oops):
    def __init__(self, value=0):
        super().__init__(value)
        self.value = value


class Noisy:
    alive = 0

    def __init__(self, tag):
        self.tag = tag
        Noisy.alive += 1

    def __del__(self):
        Noisy.alive -= 1
        LOG.append(("del", self.tag))


class Guard:
    def __init__(self, swallow=False):
        self.swallow = swallow

    def __enter__(self):
        LOG.append("in")
        return self

    def __exit__(self, kind, value, trace):
        LOG.append(("out", kind and kind.__name__))
        return self.swallow


class Quiet:
    def __enter__(self):
        return 3

    def __exit__(self, kind, value, trace):
        return False


class Slots:
    __slots__ = ("x", "y")

    def __init__(self, x=0, y=1):
        self.x = x
        self.y = y


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return got


class AGuard:
    async def __aenter__(self):
        return await Pause(1)

    async def __aexit__(self, kind, value, trace):
        await Pause(2)
        return False


class ARange:
    def __init__(self, stop):
        self.at = 0
        self.stop = stop

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.at >= self.stop:
            raise StopAsyncIteration
        self.at += 1
        if self.at % 2:
            await Pause(self.at)
        return self.at
