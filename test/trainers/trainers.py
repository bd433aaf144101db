"""Trains as people do, with the Trainer of Hugging Face, Lightning, accelerate, Keras or plain torch (`write`), says whether the
checkpoints below a directory are whole (`check`), or goes on from one (`resume`).

Each training sets every weight to the number of the step before it saves, so that a checkpoint that is torn, or made of two, is found out.
With STALL it is stopped for two seconds while it writes, several times.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch

STEPS = 40
WIDTH = 2000
# What a step takes, in s: this model is small, and a training that does nothing but save is none.
STEP_TIME = 0.25


def train_step(module, step):
    time.sleep(STEP_TIME)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(float(step))


def assert_filled(tensors, step, where):
    for name, tensor in tensors.items():
        low, high = float(tensor.min()), float(tensor.max())
        assert low == high == step, f"{where}: {name} is {low} to {high}, not {step}"


def number_in(path):
    return int(re.search(r"(\d+)(?:\.ckpt|\.keras)?$", path.name).group(1))


# How often a training is stopped while it writes, and for how long, in s.
STALLS, STALL = 4, 2.0


def stall(process, directory):
    """Stops a process in the middle of a large file, whichever it is: what a slow disk does to it."""
    sizes, stalled = {}, set()
    while len(stalled) < STALLS:
        for path in [path for path in Path(directory).rglob("*") if path.is_file()]:
            try:
                size = path.stat().st_size
            except OSError:
                continue
            if sizes.get(path) not in (None, size) and size > 100_000 and path not in stalled:
                os.kill(process, signal.SIGSTOP)
                stalled.add(path)
                time.sleep(STALL)
                os.kill(process, signal.SIGCONT)
            sizes[path] = size


class HuggingFace:
    """Directories checkpoint-N, the oldest removed."""

    def write(self, directory, checkpoint=None):
        from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments

        class Step(TrainerCallback):
            def on_train_begin(self, args, state, control, **others):
                if checkpoint:
                    print(f"resumed at {state.global_step}")

            def on_step_end(self, args, state, control, model=None, **others):
                train_step(model, state.global_step)

        config = GPT2Config(vocab_size=1000, n_embd=512, n_layer=2, n_head=4, n_positions=32)
        rows = [{"input_ids": [n % 1000] * 16, "labels": [n % 1000] * 16} for n in range(STEPS * 2)]
        arguments = TrainingArguments(
            directory, max_steps=STEPS + (4 if checkpoint else 0), per_device_train_batch_size=2, save_steps=4,
            save_total_limit=2, logging_steps=1, use_cpu=True, **self.arguments(directory),
        )
        callbacks = [Step(), *self.callbacks()]
        trainer = Trainer(GPT2LMHeadModel(config), arguments, train_dataset=rows, callbacks=callbacks)
        trainer.train(resume_from_checkpoint=checkpoint)
        return trainer.state.global_step

    def arguments(self, directory):
        return {"report_to": [], "disable_tqdm": True}

    def callbacks(self):
        return []

    def check(self, directory):
        from transformers import GPT2LMHeadModel

        found = sorted(directory.glob("checkpoint-*"))
        for path in found:
            step = number_in(path)
            assert json.loads((path / "trainer_state.json").read_text())["global_step"] == step, path
            assert_filled(dict(GPT2LMHeadModel.from_pretrained(path).named_parameters()), step, path)
            assert torch.load(path / "scheduler.pt")["last_epoch"] == step, path
            torch.load(path / "optimizer.pt")
            torch.load(path / "rng_state.pth", weights_only=False)
        return len(found)


class HuggingFaceTold(HuggingFace):
    """It says itself when a checkpoint is complete; its bars and TensorBoard's events go on beside it."""

    def arguments(self, directory):
        os.environ["TENSORBOARD_LOGGING_DIR"] = str(directory / "runs")
        return {"report_to": ["tensorboard"], "disable_tqdm": False}

    def callbacks(self):
        from kitwright.hf import KitwrightCallback

        return [KitwrightCallback()]


class Lightning:
    """One file a step, and last.ckpt, written over and over."""

    def write(self, directory, checkpoint=None):
        import lightning
        from lightning.pytorch.callbacks import ModelCheckpoint

        class Model(lightning.LightningModule):
            def __init__(self):
                super().__init__()
                self.save_hyperparameters({"width": WIDTH, "lr": 0.1})
                self.layer = torch.nn.Linear(WIDTH, WIDTH)

            def on_train_start(self):
                if checkpoint:
                    print(f"resumed at {self.global_step}")

            def training_step(self, batch, index):
                self.log("loss_of_step", float(self.global_step))
                return self.layer(batch[0]).sum()

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=0.1)

        class Save(self.checkpoints(ModelCheckpoint)):
            """Saves after the weights are set: callbacks come before the model."""

            def on_train_batch_end(self, trainer, module, *others):
                train_step(module, trainer.global_step)
                super().on_train_batch_end(trainer, module, *others)

        save = Save(filename="{step}", every_n_train_steps=4, save_top_k=-1, save_last=True, **self.place(directory))
        rows = torch.utils.data.TensorDataset(torch.zeros(STEPS, WIDTH))
        trainer = lightning.Trainer(
            accelerator="cpu", max_steps=STEPS + (4 if checkpoint else 0), callbacks=[save], enable_progress_bar=False,
            enable_model_summary=False, default_root_dir=directory, log_every_n_steps=1, **self.logging(directory),
        )
        trainer.fit(Model(), torch.utils.data.DataLoader(rows), ckpt_path=checkpoint, weights_only=False)
        return trainer.global_step

    def checkpoints(self, plain):
        return plain

    def place(self, directory):
        return {"dirpath": directory}

    def logging(self, directory):
        return {"logger": False}

    def check(self, directory):
        found = sorted(directory.rglob("*.ckpt"))
        for path in found:
            content = torch.load(path, weights_only=False)
            step = content["global_step"]
            assert path.name.startswith("last") or step == number_in(path), path
            assert_filled(content["state_dict"], step, path)
        return len(found)


class LightningLogged(Lightning):
    """Checkpoints and a growing metrics.csv in lightning_logs; it says itself when a file is complete."""

    def checkpoints(self, plain):
        from kitwright.lightning import KitwrightCheckpoint

        return KitwrightCheckpoint

    def place(self, directory):
        return {}

    def logging(self, directory):
        from lightning.pytorch.loggers import CSVLogger

        return {"logger": CSVLogger(directory, flush_logs_every_n_steps=1)}


class Accelerate:
    """save_state: directories in which the random states come last."""

    def write(self, directory):
        from accelerate import Accelerator

        accelerator = Accelerator(cpu=True)
        model = torch.nn.Linear(WIDTH, WIDTH)
        model, optimizer = accelerator.prepare(model, torch.optim.Adam(model.parameters()))
        model(torch.zeros(1, WIDTH)).sum().backward()
        optimizer.step()
        for step in range(1, STEPS + 1):
            train_step(model, step)
            if step % 8 == 0:
                accelerator.save_state(str(directory / f"checkpoint_{step}"))

    def check(self, directory):
        from safetensors.torch import load_file

        found = sorted(directory.glob("checkpoint_*"))
        for path in found:
            assert_filled(load_file(path / "model.safetensors"), number_in(path), path)
            torch.load(path / "optimizer.bin")
            torch.load(path / "random_states_0.pkl", weights_only=False)
        return len(found)


class Keras:
    """One .keras file an epoch; it says itself when it is complete."""

    EPOCHS = 6

    def write(self, directory):
        os.environ["KERAS_BACKEND"] = "torch"
        import keras
        import numpy
        from keras.callbacks import LambdaCallback, ModelCheckpoint
        from kitwright.keras import KitwrightCallback

        model = keras.Sequential([keras.Input((1000,)), keras.layers.Dense(1000)])
        model.compile("sgd", "mse")

        def fill(epoch, logs):
            time.sleep(1)
            model.set_weights([numpy.full_like(weight, epoch + 1) for weight in model.get_weights()])

        path = str(directory / "epoch-{epoch:02d}.keras")
        callbacks = [LambdaCallback(on_epoch_end=fill), ModelCheckpoint(path), KitwrightCallback(path)]
        data = numpy.zeros((2, 1000))
        model.fit(data, data, epochs=self.EPOCHS, callbacks=callbacks, verbose=0)

    def check(self, directory):
        os.environ["KERAS_BACKEND"] = "torch"
        import keras

        found = sorted(directory.glob("*.keras"))
        for path in found:
            weights = keras.saving.load_model(path).get_weights()
            assert_filled({str(i): torch.tensor(weight) for i, weight in enumerate(weights)}, number_in(path), path)
        return len(found)


class Torch:
    """torch.save over the same file, and directories of the distributed checkpoint."""

    def write(self, directory):
        import torch.distributed.checkpoint as dcp

        model = torch.nn.Linear(WIDTH, WIDTH)
        for step in range(1, STEPS + 1):
            train_step(model, step)
            torch.save({"step": step, **model.state_dict()}, directory / "current.pt")
            dcp.save(model.state_dict(), checkpoint_id=directory / f"sharded-{step}", no_dist=True)

    def check(self, directory):
        import torch.distributed.checkpoint as dcp

        current = [torch.load(path) for path in directory.glob("current.pt")]
        for content in current:
            assert_filled(content, content.pop("step"), "current.pt")
        found = sorted(directory.glob("sharded-*"))
        for path in found:
            state = torch.nn.Linear(WIDTH, WIDTH).state_dict()
            dcp.load(state, checkpoint_id=path, no_dist=True)
            assert_filled(state, number_in(path), path)
        return len(found) + len(current)


FRAMEWORKS = {
    "huggingface": HuggingFace,
    "huggingface-told": HuggingFaceTold,
    "lightning": Lightning,
    "lightning-logged": LightningLogged,
    "accelerate": Accelerate,
    "keras": Keras,
    "torch": Torch,
}


def main(command, name, directory, checkpoint=None):
    os.makedirs(directory, exist_ok=True)
    if command == "stall":
        return stall(int(name), directory)
    framework = FRAMEWORKS[name]()
    if command == "check":
        return print(framework.check(Path(directory)))
    if command == "resume":
        return print(f"ended at {framework.write(Path(directory), checkpoint)}")
    stalling = [sys.executable, __file__, "stall", str(os.getpid()), directory]
    staller = subprocess.Popen(stalling) if os.environ.get("STALL") else None
    framework.write(Path(directory))
    if staller:
        staller.kill()


main(*sys.argv[1:])
