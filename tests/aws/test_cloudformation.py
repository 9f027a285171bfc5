"""The template: correct by cfn-lint, created in moto, and then the doctor is content."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import omnidomain_jupyter

TEMPLATE = Path(omnidomain_jupyter.__file__).parent / "aws" / "cloudformation.yaml"


def test_cfn_lint_finds_nothing():
    program = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([program, TEMPLATE], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# What moto does not make is not looked at here either.
@pytest.mark.filterwarnings("ignore:Tried to parse AWS..S3..BucketPolicy:UserWarning")
def test_what_it_creates_is_what_the_doctor_wants(aws, doctor):
    from boto3.session import Session

    session = Session()
    ec2 = session.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    role = session.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")
    given = {
        "Image": "nextflow/nextflow",
        "Vpc": vpc,
        "Subnets": subnet,
        "BucketName": "omni-lab",
        "ServiceRole": role["Role"]["Arn"],  # moto has no service-linked ones
    }
    client = session.client("cloudformation")
    client.create_stack(
        StackName="omnidomain",
        TemplateBody=TEMPLATE.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": text} for key, text in given.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    (stack,) = client.describe_stacks(StackName="omnidomain")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert outputs["BaseOutdir"] == "s3://omni-lab/runs"

    # Names are those that the traits have by default: nothing but the bucket is to be set.
    done = doctor(
        OMNIDOMAIN_COMPUTE_BACKEND="aws_batch",
        OMNIDOMAIN_BASE_OUTDIR=outputs["BaseOutdir"],
        **aws,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "omni-batch-queue is enabled",
        "omni-nextflow-job:1",
        "omni-lab",
        "/aws/batch/job",
    ):
        assert line in done.stdout, done.stdout
    assert "note log group" not in done.stdout
