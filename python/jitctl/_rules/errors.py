"""The one error of rules files: what is wrong, where, and what is allowed, in one line."""


class RulesError(ValueError):
    """A rules file cannot be used; nothing of it is applied.

    The text begins with file and line (``jitctl.toml:3:``; the line is left out where there is none).
    """

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        """Say what is wrong in which line of which file."""
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem
