"""Tells `kitwright watch` that a checkpoint is complete. Without a watch nothing happens."""

import json
import os
import time
import uuid

from ._run import run

__all__ = ["ready", "run", "watched"]

_VARIABLE = "KITWRIGHT_WATCH"


def watched():
    """Is a watch listening?"""
    return bool(os.environ.get(_VARIABLE))


def ready(path, step=None, metrics=None):
    """Says that a file or a directory is written completely.

    step: an integer; metrics: a mapping of names to numbers (tensors and NumPy numbers too).
    Returns whether a watch was told. A watch that is gone is no error.
    """
    folder = os.environ.get(_VARIABLE)
    if not folder:
        return False
    mark = {"v": 1, "path": os.path.abspath(os.fspath(path)), "at": time.time()}
    if step is not None:
        mark["step"] = int(step)
    if metrics:
        mark["metrics"] = _numbers(metrics)
    try:
        _write(folder, mark)
    except OSError:
        return False
    return True


def _write(folder, mark):
    # The final name comes last: the watch never reads half of a mark.
    name = os.path.join(folder, uuid.uuid4().hex)
    with open(name + ".tmp", "w", encoding="utf-8") as file:
        json.dump(mark, file)
    os.replace(name + ".tmp", name + ".json")


def _numbers(metrics):
    found = {}
    for name, value in dict(metrics).items():
        try:
            found[str(name)] = float(value)
        except (TypeError, ValueError):
            continue
    return found
