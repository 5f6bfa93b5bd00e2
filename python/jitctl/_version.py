"""The version of jitctl, in one place: read by the build, the command line and the reports."""

__version__ = "0.1.0"
