"""Sessions of boto3 that share what botocore knows of the services.

Each reads that from its own files otherwise, which takes 13 MB of memory for S3 alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def aws_session(*, profile: str = "", region: str = "") -> Any:
    """Return a new session.

    Parameters
    ----------
    profile, region : empty leaves them to boto3
    """
    from boto3.session import Session
    from botocore.session import get_session

    core = get_session()
    core.register_component("data_loader", _loader())
    return Session(botocore_session=core, profile_name=profile or None, region_name=region or None)


@cache
def _loader() -> Any:
    from botocore.loaders import create_loader

    return create_loader()
