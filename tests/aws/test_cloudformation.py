"""The template: correct by cfn-lint, created in moto, and then the doctor is content."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import omnidomain_jupyter

TEMPLATE = Path(omnidomain_jupyter.__file__).parent / "aws" / "cloudformation.yaml"


def test_cfn_lint_finds_nothing():
    program = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([program, TEMPLATE], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def create(aws):
    """Create the stack, with what an administrator gives; return its outputs."""
    from boto3.session import Session

    session = Session()
    ec2 = session.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    role = session.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")

    def call(**more: str) -> dict[str, str]:
        given = {
            "Image": "nextflow/nextflow",
            "Vpc": vpc,
            "Subnets": subnet,
            "BucketName": "omni-lab",
            "ServiceRole": role["Role"]["Arn"],  # moto has no service-linked ones
            **more,
        }
        client = session.client("cloudformation")
        client.create_stack(
            StackName="omnidomain",
            TemplateBody=TEMPLATE.read_text(),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": text} for key, text in given.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        (stack,) = client.describe_stacks(StackName="omnidomain")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    return call


def template() -> dict:
    """Return the template; of functions such as !If only what they are given."""

    class Loader(yaml.SafeLoader):
        """Knows CloudFormation's tags."""

    def given(loader: yaml.Loader, _tag: str, node: yaml.Node):
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("!", given)
    return yaml.load(TEMPLATE.read_text(), Loader)


# What moto does not make is not looked at here either.
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse AWS..S3..BucketPolicy:UserWarning")


def test_what_it_creates_is_what_the_doctor_wants(aws, doctor, create):
    outputs = create()
    assert outputs["BaseOutdir"] == "s3://omni-lab/runs"

    # Names are those that the traits have by default: nothing but the bucket is to be set.
    done = doctor(
        OMNIDOMAIN_COMPUTE_BACKEND="aws_batch",
        OMNIDOMAIN_BASE_OUTDIR=outputs["BaseOutdir"],
        **aws,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in (
        "ok   job queue        omni-batch-queue is enabled",
        "ok   job definition   omni-nextflow-job:1",
        "ok   output bucket    omni-lab",
        "ok   log group        /aws/batch/omnidomain",
    ):
        assert line in done.stdout, done.stdout


def test_the_notebook_policy_is_enough_for_the_doctor(aws, doctor, create, with_rights):
    from boto3.session import Session

    outputs = create()
    iam = Session().client("iam")
    iam.create_user(UserName="notebook")
    created = iam.get_policy_version(PolicyArn=outputs["NotebookPolicy"], VersionId="v1")
    allowed = json.dumps(created["PolicyVersion"]["Document"])
    # To AWS the case of an action means nothing; moto wants Batch's in small letters.
    allowed = re.sub(r"batch:[A-Za-z]+", lambda action: action[0].lower(), allowed)
    iam.put_user_policy(UserName="notebook", PolicyName="notebook", PolicyDocument=allowed)
    settings = {**aws, **with_rights("notebook"), "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch"}

    done = doctor(OMNIDOMAIN_BASE_OUTDIR=outputs["BaseOutdir"], **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    done = doctor("--json", OMNIDOMAIN_BASE_OUTDIR="s3://somebody-elses/runs", **settings)
    found = {each["what"]: each for each in json.loads(done.stdout)}
    assert found["output bucket"]["state"] == "wrong"


def test_browsers_may_upload_from_the_lab_and_from_nowhere_else(aws, doctor, create):
    outputs = create(LabOrigins="https://hub.lab.example,https://other.lab.example")
    settings = {**aws, "OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch"}
    # moto makes no CORS rules of a template; those that AWS would make are put here by hand.
    (rule,) = template()["Resources"]["Results"]["Properties"]["CorsConfiguration"][1]["CorsRules"]
    assert rule.pop("AllowedOrigins") == "LabOrigins"
    assert rule.pop("Id")
    assert rule == {
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["x-amz-checksum-sha256"],
        "MaxAge": 3600,
    }
    from boto3.session import Session

    rule = {
        "AllowedMethods": rule["AllowedMethods"],
        "AllowedHeaders": rule["AllowedHeaders"],
        "AllowedOrigins": ["https://hub.lab.example"],
    }
    Session().client("s3").put_bucket_cors(
        Bucket="omni-lab", CORSConfiguration={"CORSRules": [rule]}
    )
    done = doctor(OMNIDOMAIN_BASE_OUTDIR=outputs["BaseOutdir"], **settings)
    assert done.returncode == 0, done.stdout
    assert "ok   browser uploads  from https://hub.lab.example" in done.stdout


def test_reads_in_another_bucket_can_be_read_and_not_changed(create):
    from boto3.session import Session

    outputs = create(ReadsBucket="sequencer")
    assert "ReadsPolicy" in outputs
    iam = Session().client("iam")
    allowed = {
        action
        for policy in iam.list_policies(Scope="Local")["Policies"]
        for statement in iam.get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]["Document"]["Statement"]
        if "sequencer" in str(statement["Resource"])
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert allowed == {"s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"}


def test_machines_may_have_security_groups_of_the_house(create):
    from boto3.session import Session

    session = Session()
    own = session.client("ec2").create_security_group(GroupName="house", Description="Ours")
    create(SecurityGroups=own["GroupId"])
    places = session.client("batch").describe_compute_environments()["computeEnvironments"]
    assert len(places) == 2
    for place in places:
        assert place["computeResources"]["securityGroupIds"] == [own["GroupId"]]
