"""A Model Registry on loopback whose requests and answers are those of its OpenAPI document, as the classes of the PyPI package
model-registry have it: what they refuse is answered 400. Argument: the port."""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from mr_openapi import models

base = "/api/model_registry/v1/"
registered, versions, artifacts = {}, {}, {}


def checked(create, whole, body, more):
    """What is made of a request, after a way through the classes of the document."""
    unknown = set(body) - {field.alias or name for name, field in create.model_fields.items()}
    if unknown:
        raise ValueError(f"unknown fields: {unknown}")
    made = create.from_json(json.dumps(body)).to_dict()
    return whole.from_json(json.dumps({**made, **more})).to_dict()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        url = urlparse(self.path)
        path, query = url.path.removeprefix(base), {k: v[0] for k, v in parse_qs(url.query).items()}
        found = re.fullmatch(r"model_versions/(\d+)/artifacts", path)
        if found:
            return self.list(artifacts.get(found[1], []))
        if path == "registered_models":
            return self.list(list(registered.values()))
        if path == "model_artifact":
            for one in artifacts.get(query["parentResourceId"], []):
                if one["name"] == query["name"]:
                    return self.answer(200, one)
        where = {"registered_model": registered, "model_version": versions}.get(path, {})
        parent = query.get("parentResourceId")
        for one in where.values():
            if one["name"] == query.get("name") and (parent is None or one["registeredModelId"] == parent):
                return self.answer(200, one)
        self.answer(404, {"code": "404", "message": "not found"})

    def list(self, items):
        self.answer(200, {"items": items, "size": len(items), "pageSize": 100, "nextPageToken": ""})

    def do_POST(self):
        path = urlparse(self.path).path.removeprefix(base)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = re.fullmatch(r"model_versions/(\d+)/artifacts", path)
        try:
            if path == "registered_models":
                made = registered[body["name"]] = checked(
                    models.RegisteredModelCreate, models.RegisteredModel, body, {"id": str(len(registered) + 1)}
                )
            elif path == "model_versions":
                made = checked(models.ModelVersionCreate, models.ModelVersion, body, {"id": str(len(versions) + 1)})
                versions[made["id"]] = made
            else:
                made = checked(
                    models.ModelArtifactCreate, models.ModelArtifact, body, {"id": str(len(artifacts) + 1)}
                )
                artifacts.setdefault(found[1], []).append(made)
            self.answer(201, made)
        except Exception as error:
            self.answer(400, {"code": "400", "message": str(error)})


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
