"""How a kernel is declared."""


class Kernels:
    """A decorator that collects kernels: name -> (functions to hint, run(n))."""

    def __init__(self):
        self.known = {}

    def __call__(self, *hinted):
        """Add a kernel; beside itself, these functions are hinted."""

        def add(run):
            self.known[run.__name__] = ([*hinted, run], run)
            return run

        return add
