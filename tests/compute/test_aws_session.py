"""What a client of botocore has in memory."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from omnidomain_jupyter.compute.aws_session import _loader, aws_session

SERVICES = ["batch", "logs", "s3", "sts"]


def without_documentation(model: object) -> object:
    """The same, by another way."""
    if isinstance(model, dict):
        if isinstance(model.get("documentation"), str):
            model = {**model, "documentation": ""}
        return {name: without_documentation(value) for name, value in model.items()}
    return [without_documentation(each) for each in model] if isinstance(model, list) else model


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_known_whole_but_for_its_documentation(service):
    ours = _loader.__wrapped__()  # clients of S3 change what they share
    for kind in ("service-2", "endpoint-rule-set-1"):
        whole = get_session().get_component("data_loader").load_service_model(service, kind)
        assert ours.load_service_model(service, kind) == without_documentation(whole)
    assert ours.load_service_model(service, "service-2")["documentation"] == ""


def test_sessions_share_what_they_know():
    one, other = (
        aws_session().create_client("s3", region_name="us-east-1").meta.service_model
        for _ in range(2)
    )
    assert one._service_description is other._service_description


def test_what_is_not_there_is_missing_as_ever():
    with pytest.raises(Exception, match="Unknown service: 'no-such-service'"):
        aws_session().create_client("no-such-service", region_name="us-east-1")
