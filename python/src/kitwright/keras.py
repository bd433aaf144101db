"""For Keras: `callbacks=[ModelCheckpoint(path), KitwrightCallback(path)]`."""

import os

from keras.callbacks import Callback

from . import ready


class KitwrightCallback(Callback):
    """Says after each epoch that the file of a ModelCheckpoint is complete; put it behind that one.

    path: as given to the ModelCheckpoint, with its placeholders (`{epoch:02d}`, `{val_loss:.2f}`).
    """

    def __init__(self, path):
        super().__init__()
        self.path = os.fspath(path)

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        path = self.path.format(epoch=epoch + 1, **logs)
        if os.path.exists(path):
            ready(path, step=epoch + 1, metrics=logs)
