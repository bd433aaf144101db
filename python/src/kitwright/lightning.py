"""For Lightning: `KitwrightCheckpoint` in the place of its `ModelCheckpoint`."""

try:
    from lightning.pytorch.callbacks import ModelCheckpoint
except ImportError:
    from pytorch_lightning.callbacks import ModelCheckpoint

from . import ready


class KitwrightCheckpoint(ModelCheckpoint):
    """A ModelCheckpoint that says when a file is complete, with the metrics of the trainer."""

    def _save_checkpoint(self, trainer, filepath):
        super()._save_checkpoint(trainer, filepath)
        if trainer.is_global_zero:
            ready(filepath, step=trainer.global_step, metrics=trainer.callback_metrics)
