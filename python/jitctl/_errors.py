"""The exceptions of jitctl. The extension looks them up here by name when it has to raise one."""


class BackendError(ImportError):
    """The backend named in ``JITCTL_BACKEND`` cannot be used.

    The message lists every backend there is and why each can or cannot be used. It is an
    ``ImportError`` because it is raised by ``import jitctl``, and only there.
    """

    __module__ = "jitctl"  # where users import it from
