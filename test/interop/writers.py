"""Writes checkpoints as training programs do, or says whether those in a directory are whole.

Every array of a checkpoint holds its number, so that one that is torn, or made of two, is found out.
"""

import glob
import os
import sys

import numpy
from safetensors.numpy import load_file, save, save_file

ELEMENTS = 1_000_000
KEPT = 3


def arrays(number):
    return {name: numpy.full(ELEMENTS, number, dtype=numpy.float32) for name in ("first", "second")}


def write_presized(path, number):
    """Gives the file its size at once, then fills it from its end to its beginning, synced in between."""
    content = save(arrays(number))
    with open(path, "wb") as file:
        file.truncate(len(content))
        step = len(content) // 4 + 1
        for start in reversed(range(0, len(content), step)):
            file.seek(start)
            file.write(content[start : start + step])
            file.flush()
            os.fsync(file.fileno())


def write(directory, count):
    os.makedirs(directory, exist_ok=True)
    at = lambda name: os.path.join(directory, name)
    for number in range(1, count + 1):
        save_file(arrays(number), at(f"model-{number}.safetensors"))
        numpy.savez(at(f"state-{number}.npz"), **arrays(number))
        numpy.savez(at("current.npz"), **arrays(number))
        write_presized(at("sized.safetensors"), number)
        save_file(arrays(number), at("latest.safetensors.tmp"))
        os.replace(at("latest.safetensors.tmp"), at("latest.safetensors"))
        old = number - KEPT
        if old > 0:
            os.remove(at(f"model-{old}.safetensors"))
            os.remove(at(f"state-{old}.npz"))


def check(directory):
    found = glob.glob(os.path.join(directory, "*.safetensors")) + glob.glob(os.path.join(directory, "*.npz"))
    for path in found:
        content = load_file(path) if path.endswith(".safetensors") else dict(numpy.load(path))
        values = {float(value) for array in content.values() for value in (array.min(), array.max())}
        sizes = {array.size for array in content.values()}
        assert len(content) == 2 and len(values) == 1 and sizes == {ELEMENTS}, f"{path} is torn: {values} {sizes}"
    print(len(found))


if sys.argv[1] == "write":
    write(sys.argv[2], int(sys.argv[3]))
else:
    check(sys.argv[2])
