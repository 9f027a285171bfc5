"""Where jobs run: on this machine, on AWS Batch, or on a backend of your own."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .base import ComputeBackend


def make_backend(name: str, *, data_directory: Path, local_slots: int) -> ComputeBackend:
    """Return the compute backend of that name.

    Parameters
    ----------
    name : ``local``, or the import path of a callable that takes no arguments and returns a
        `ComputeBackend`, such as ``my_lab.slurm:SlurmBackend``
    data_directory : where the local backend keeps its jobs
    local_slots : how many jobs the local backend runs at a time

    Raises
    ------
    ValueError : there is no such backend
    """
    if name == "local":
        from .local import LocalBackend

        return LocalBackend(data_directory / "jobs", slots=local_slots)
    module, separator, attribute = name.replace(":", ".").rpartition(".")
    if not separator:
        raise ValueError(
            f"compute_backend is {name!r}; it must be 'local' or an import path such as "
            "'my_lab.slurm:SlurmBackend'."
        )
    try:
        make = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"compute_backend {name!r} cannot be imported: {error}") from error
    backend: ComputeBackend = make()
    return backend
