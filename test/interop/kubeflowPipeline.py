"""Compiles a pipeline of our components with kfp and runs its steps here, as kfp.local runs steps; prints the outputs.

Arguments: the folder of the components, a folder for results, the registry, and a private key.
"""

import json
import os
import sys

from kfp import compiler, components, dsl, local
from kfp.local import subprocess_task_handler

folder, results, registry, key = sys.argv[1:]

# kfp.local starts programs of containers in Docker only; here they start as they are, and what kfp makes of placeholders,
# inputs and outputs stays.
handler = subprocess_task_handler.SubprocessTaskHandler
for check in ("validate_image", "validate_not_container_component", "validate_not_containerized_python_component"):
    setattr(handler, check, lambda *_: None)


def load(name):
    return components.load_component_from_file(os.path.join(folder, f"{name}.yaml"))


push, unpack = load("push-modelkit"), load("unpack-modelkit")


@dsl.component(base_image="python:3.12", install_kfp_package=False)
def train(model: dsl.Output[dsl.Artifact]):
    import os

    os.makedirs(model.path)
    for name, text in (("model.safetensors", "weights"), ("README.md", "# Net")):
        with open(os.path.join(model.path, name), "w") as file:
            file.write(text)


@dsl.pipeline(name="kits")
def kits(registry: str, key: str, extract_path: str):
    trained = train()
    pushed = push(
        registry=registry,
        repository="team/net",
        tag="v1",
        modelkit=trained.outputs["model"],
        modelkit_name='A "net"',
        modelkit_desc="line one\nline two",
        modelkit_author="Ann",
        dataset_uri='s3://bucket/"data"',
        code_commit="abc",
        key=key,
    )
    unpack(modelkit_uri=pushed.outputs["reference"], extract_path=extract_path)


compiler.Compiler().compile(kits, os.path.join(results, "pipeline.yaml"))

# The pipeline of the README, with that step before it.
with open(os.path.join(folder, "README.md")) as file:
    code = file.read().split("```python\n")[1].split("```")[0]
shown = {"train": train}
os.chdir(folder)
exec(code, shown)
compiler.Compiler().compile(shown["kits"], os.path.join(results, "readme.yaml"))
os.chdir(results)

local.init(local.SubprocessRunner(use_venv=False), pipeline_root=os.path.join(results, "root"), raise_on_error=True)
with_artifact = kits(registry=registry, key=key, extract_path=os.path.join(results, "out"))

directory = os.path.join(results, "kit")
os.makedirs(directory)
with open(os.path.join(directory, "Kitfile"), "w") as file:
    file.write("manifestVersion: 1.0.0\ndocs: [{path: notes.md}]\n")
with open(os.path.join(directory, "notes.md"), "w") as file:
    file.write("notes")
pushed = push(registry=registry, repository="team/notes", modelkit_dir=directory)
unpacked = unpack(modelkit_uri=pushed.outputs["uri"])
with open(os.path.join(results, "outputs.json"), "w") as file:
    json.dump({"pushed": pushed.outputs, "unpacked": unpacked.outputs}, file)
