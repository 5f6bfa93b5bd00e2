"""Work in a forked process: as apart from other work as in one of its own, and without anew importing what it needs."""

import json
import os
import signal
import sys
import traceback

#: for work that hangs; on a busy machine work that does not may take minutes
LIMIT_SECONDS = 280


def forked(work, end=sys.exit):
    """Do the work in a forked process, which then ends as every process does, or as `end` has it.

    Gives ``{"told": what the work gave}``, ``{"raised": traceback}`` or ``{"died": how the process ended}``.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        signal.alarm(LIMIT_SECONDS)
        with os.fdopen(write, "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(_outcome(work)))
        end(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        told = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return {"died": signal.Signals(os.WTERMSIG(status)).name}
    return {"died": f"exit code {os.WEXITSTATUS(status)}"} if status else json.loads(told)


def _outcome(work):
    try:
        return {"told": work()}
    except BaseException:  # whatever it is, the test is told
        return {"raised": traceback.format_exc()}
