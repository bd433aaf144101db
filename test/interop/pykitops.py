"""Drives PyKitOps as its users do; `kit` on the PATH is Kitwright. Arguments: project folder, registry host, authority."""

import os
import subprocess
import sys

from kitops.cli import kit
from kitops.modelkit.kitfile import Kitfile

project, host, authority = sys.argv[1:4]
os.environ["SSL_CERT_FILE"] = authority
name = f"{host}/team/net"

made = kit.init(project, "net", force=True)
assert made.package.name == "net", made.package
assert made.model.path == "net.onnx", made.model

kit.pack(f"{name}:v1", working_directory=project)
kit.tag(f"{name}:v1", f"{name}:latest")
info = kit.info(f"{name}:v1")
assert info["package"]["name"] == "net", info
assert info["package"]["authors"] == [" "], info
assert kit.inspect(f"{name}:v1")["digest"].startswith("sha256:")
assert f"{name}" in kit.list()

try:
    kit.push(f"{name}:v1")
    raise SystemExit("a push without credentials must fail")
except subprocess.CalledProcessError as error:
    assert error.returncode != 0 and "[ERROR]" in error.stderr, error.stderr

kit.login(user="ann", passwd="secret", registry=host)
kit.push(f"{name}:v1")
kit.push(f"{name}:latest")
assert "latest" in kit.list(name)
assert kit.info(f"{name}:v1", remote=True) == info
kit.remove(f"{name}:latest")
kit.remove(f"{name}:v1")
kit.pull(f"{name}:v1")
out = os.path.join(project, "..", "out")
kit.unpack(f"{name}:v1", out, filters=["model"], overwrite=True)
assert os.listdir(out) == ["net.onnx"], os.listdir(out)
kit.unpack(f"{name}:v1", out, overwrite=True)
assert Kitfile(os.path.join(out, "Kitfile")).model.path == "net.onnx"
kit.logout(host)
assert "Version:" in kit.version()
print("PyKitOps is content")
