"""Logs a model with two files of weights to the tracking server, registers it, and prints its run and its id."""

import os
import sys

import mlflow
from mlflow import MlflowClient


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


weights = os.path.join(sys.argv[1], "weights.safetensors")
with open(weights, "wb") as file:
    file.write(os.urandom(3_000_000))
mlflow.set_experiment("an experiment")
with mlflow.start_run() as run:
    mlflow.log_params({"lr": 0.1, "depth": 3})
    mlflow.log_metric("loss", 0.25, step=1)
    mlflow.log_metric("loss", 0.125, step=2)
    mlflow.log_text("note", "notes/a file.txt")
    model = mlflow.pyfunc.log_model(
        name="model", python_model=Echo(), artifacts={"weights": weights}, registered_model_name="A Net"
    )
MlflowClient().set_registered_model_alias("A Net", "best", model.registered_model_version)
print(run.info.run_id, model.model_id)
