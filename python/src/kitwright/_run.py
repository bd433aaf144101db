import contextlib
import os
import shutil
import subprocess
import sys

# Seconds that a last kit may take.
_LAST_KIT = 600

# The command of the watch: it says where marks go, and ends with us, when its standard input is closed.
_WAITER = "import os, sys; print(os.environ['KITWRIGHT_WATCH'], flush=True); sys.stdin.read()"


@contextlib.contextmanager
def run(name, directory=".", args=(), command="kitwright"):
    """Watches a directory while the block runs: `with kitwright.run("team/run"):`. It ends with a last kit.

    name: the reference of the kits. args: further flags of `kitwright watch`.
    Under a watch already, or if the watch cannot start, the block runs all the same; the latter is said on stderr.
    """
    watch = None if os.environ.get("KITWRIGHT_WATCH") else _start(name, directory, args, command)
    if watch is None:
        yield None
        return
    try:
        yield watch
    finally:
        os.environ.pop("KITWRIGHT_WATCH", None)
        watch.stdin.close()
        _wait(watch)


def _start(name, directory, args, command):
    program = shutil.which(command)
    if program is None:
        print(f"kitwright: there is no command {command}; nothing is packed.", file=sys.stderr)
        return None
    watch = subprocess.Popen(
        [program, "watch", os.fspath(directory), "-t", name, *args, "--", sys.executable, "-c", _WAITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    folder = watch.stdout.readline().decode().strip()
    if not folder:
        watch.stdin.close()
        watch.wait()
        return None
    os.environ["KITWRIGHT_WATCH"] = folder
    return watch


def _wait(watch):
    try:
        watch.wait(_LAST_KIT)
    except subprocess.TimeoutExpired:
        watch.kill()
        watch.wait()
