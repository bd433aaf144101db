"""Lets vLLM serve ModelKits: ``vllm serve oci://registry.example.com/team/model:v1``."""

import functools
import json
import os
import shlex
import subprocess

SCHEME = "oci://"

# What of EngineArgs may name a model.
_FIELDS = ("model", "tokenizer", "hf_config_path")


class ResolveError(RuntimeError):
    """kitwright could not give the model; the message is its own."""


@functools.lru_cache(maxsize=None)
def resolve(name):
    """The path of the unpacked, verified model of ``oci://REFERENCE``: a directory, or one GGUF file.

    It stays as long as this process. Raises ResolveError.
    """
    reference = name[len(SCHEME) :]
    if not reference or reference.startswith("-"):
        raise ResolveError(f"{name!r} names no ModelKit")
    command = [*shlex.split(os.environ.get("KITWRIGHT") or "kitwright"), "resolve", "--json"]
    command += ["--for-process", str(os.getpid()), "--", reference]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise ResolveError(f"{command[0]} cannot be started: {error.strerror}") from error
    if done.returncode:
        raise ResolveError(f"{name}: {_message(done.stderr)}")
    return json.loads(done.stdout)["path"]


def _message(text):
    try:
        return json.loads(text)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return text.strip()


def register():
    """Called by vLLM in each of its processes, perhaps more than once (vllm.general_plugins)."""
    from vllm.engine.arg_utils import EngineArgs

    create = EngineArgs.create_model_config
    if getattr(create, "_is_kitwright", False):
        return

    @functools.wraps(create)
    def create_model_config(self, *args, **kwargs):
        for field in _FIELDS:
            value = getattr(self, field, None)
            if isinstance(value, str) and value.startswith(SCHEME):
                if field == "model" and not getattr(self, "served_model_name", None):
                    self.served_model_name = value
                setattr(self, field, resolve(value))
        return create(self, *args, **kwargs)

    create_model_config._is_kitwright = True
    EngineArgs.create_model_config = create_model_config
