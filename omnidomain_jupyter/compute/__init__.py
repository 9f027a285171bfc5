"""Where jobs run: on this machine, on AWS Batch, or on a backend of your own."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from .aws_settings import AwsBatchSettings
from .base import ComputeBackend


def make_backend(
    name: str,
    *,
    data_directory: Path,
    local_slots: int,
    aws_batch: AwsBatchSettings | None = None,
) -> ComputeBackend:
    """Return the compute backend of that name.

    Parameters
    ----------
    name : ``local``, ``aws_batch``, or the import path of a callable that takes no arguments
        and returns a `ComputeBackend`, such as ``my_lab.slurm:SlurmBackend``
    data_directory : where the local backend keeps its jobs
    local_slots : how many jobs the local backend runs at a time
    aws_batch : what is configured of AWS Batch, for that backend

    Raises
    ------
    ValueError : there is no such backend
    """
    if name == "local":
        from .local import LocalBackend

        return LocalBackend(data_directory / "jobs", slots=local_slots)
    if name == "aws_batch":
        from .aws_batch import AwsBatchBackend

        if aws_batch is None:
            raise ValueError("compute_backend is 'aws_batch', and nothing is configured of it.")
        return AwsBatchBackend(aws_batch)
    module, separator, attribute = name.replace(":", ".").rpartition(".")
    if not separator:
        raise ValueError(
            f"compute_backend is {name!r}; it must be 'local', 'aws_batch' or an import path such "
            "as 'my_lab.slurm:SlurmBackend'."
        )
    try:
        make = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"compute_backend {name!r} cannot be imported: {error}") from error
    backend: ComputeBackend = make()
    return backend
