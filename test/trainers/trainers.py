"""Trains as people do, with the Trainer of Hugging Face, Lightning or plain torch, or says whether the checkpoints below a directory are whole.

Each training sets every weight to the number of the step before it saves, so that a checkpoint that is torn, or made of two, is found out.
"""

import json
import os
import re
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
    return int(re.search(r"(\d+)(?:\.ckpt)?$", path.name).group(1))


class HuggingFace:
    """Directories checkpoint-N, the oldest removed."""

    def write(self, directory):
        from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments

        class Step(TrainerCallback):
            def on_step_end(self, args, state, control, model=None, **others):
                train_step(model, state.global_step)

        config = GPT2Config(vocab_size=1000, n_embd=512, n_layer=2, n_head=4, n_positions=32)
        rows = [{"input_ids": [n % 1000] * 16, "labels": [n % 1000] * 16} for n in range(STEPS * 2)]
        arguments = TrainingArguments(
            directory, max_steps=STEPS, per_device_train_batch_size=2, save_steps=4, save_total_limit=2,
            logging_steps=1, report_to=[], use_cpu=True, disable_tqdm=True,
        )
        Trainer(GPT2LMHeadModel(config), arguments, train_dataset=rows, callbacks=[Step()]).train()

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


class Lightning:
    """One file a step, and last.ckpt, written over and over."""

    def write(self, directory):
        import lightning
        from lightning.pytorch.callbacks import ModelCheckpoint

        class Model(lightning.LightningModule):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(WIDTH, WIDTH)

            def training_step(self, batch, index):
                return self.layer(batch[0]).sum()

            def configure_optimizers(self):
                return torch.optim.SGD(self.parameters(), lr=0.1)

        class Save(ModelCheckpoint):
            """Saves after the weights are set: callbacks come before the model."""

            def on_train_batch_end(self, trainer, module, *others):
                train_step(module, trainer.global_step)
                super().on_train_batch_end(trainer, module, *others)

        save = Save(dirpath=directory, filename="{step}", every_n_train_steps=4, save_top_k=-1, save_last=True)
        rows = torch.utils.data.TensorDataset(torch.zeros(STEPS, WIDTH))
        trainer = lightning.Trainer(
            accelerator="cpu", max_steps=STEPS, callbacks=[save], logger=False, enable_progress_bar=False,
            enable_model_summary=False, default_root_dir=directory,
        )
        trainer.fit(Model(), torch.utils.data.DataLoader(rows))

    def check(self, directory):
        found = sorted(directory.glob("*.ckpt"))
        for path in found:
            content = torch.load(path, weights_only=False)
            step = content["global_step"]
            assert path.name.startswith("last") or step == number_in(path), path
            assert_filled(content["state_dict"], step, path)
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


command, name, directory = sys.argv[1], sys.argv[2], Path(sys.argv[3])
framework = {"huggingface": HuggingFace, "lightning": Lightning, "torch": Torch}[name]()
os.makedirs(directory, exist_ok=True)
result = getattr(framework, command)(directory)
if command == "check":
    print(result)
