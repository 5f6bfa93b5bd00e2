"""What a figure is to be compared with, in the same run: the plain interpreter, wherever it does the same work."""

from harness.configurations import Configuration

Figure = tuple[Configuration, str]


def baseline(configuration: Configuration, name: str) -> Figure | None:
    """Return the figure without jitctl; None where there is no such thing, as for the cost of a hint."""
    if name.startswith(("kernel ", "program ")):
        return configuration._replace(environment="off", hint="none"), name
    if name.startswith("call "):
        return configuration._replace(environment="default", hint="none"), name
    if name.startswith("first call "):
        # An opt-in without a hint is the plain interpreter.
        environment = {"optin": "off"}.get(configuration.environment, configuration.environment)
        return configuration._replace(environment=environment, hint="none"), name
    if name.startswith("profile "):
        return configuration._replace(hint="none"), name
    if name.startswith("process, "):
        return configuration, "process, bare"
    return None
