"""For the Hugging Face Trainer: `Trainer(..., callbacks=[KitwrightCallback()])`."""

import os

from transformers import TrainerCallback
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from . import ready


class KitwrightCallback(TrainerCallback):
    """Says that a checkpoint is complete, with the last value of each metric."""

    def on_save(self, args, state, control, **kwargs):
        # Each process writes its part; the first one has waited for the others.
        if not state.is_world_process_zero:
            return
        path = os.path.join(args.output_dir, f"{PREFIX_CHECKPOINT_DIR}-{state.global_step}")
        if os.path.isdir(path):
            ready(path, step=state.global_step, metrics=_last_values(state.log_history))


def _last_values(history):
    values = {}
    for entry in history:
        values.update({name: value for name, value in entry.items() if name != "step"})
    return values
