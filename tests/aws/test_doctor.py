"""The doctor, for each thing that can be wrong with an account or a machine."""

from __future__ import annotations

import json
import sqlite3

import pytest

SETTINGS = {"OMNIDOMAIN_COMPUTE_BACKEND": "aws_batch", "OMNIDOMAIN_BASE_OUTDIR": "s3://lab/runs"}


@pytest.fixture
def account(aws):
    """Make an account in which all is well."""
    from boto3.session import Session

    session = Session()
    batch = session.client("batch")
    role = "arn:aws:iam::123456789012:role/batch"
    session.client("iam").create_role(RoleName="batch", AssumeRolePolicyDocument="{}")
    place = batch.create_compute_environment(
        computeEnvironmentName="place", type="UNMANAGED", state="ENABLED", serviceRole=role
    )["computeEnvironmentArn"]
    batch.create_job_queue(
        jobQueueName="omni-batch-queue",
        state="ENABLED",
        priority=1,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": place}],
    )
    batch.register_job_definition(
        jobDefinitionName="omni-nextflow-job",
        type="container",
        containerProperties={"image": "nextflow", "vcpus": 1, "memory": 512, "command": ["true"]},
    )
    where = {"LocationConstraint": "eu-central-1"}
    session.client("s3").create_bucket(Bucket="lab", CreateBucketConfiguration=where)
    session.client("logs").create_log_group(logGroupName="/aws/batch/job")
    return {**aws, **SETTINGS}


def found(done) -> dict[str, dict[str, str]]:
    assert done.stderr == ""
    return {each["what"]: each for each in json.loads(done.stdout)}


def test_all_is_well(account, doctor):
    done = doctor(**account)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("All is well.\n")
    assert "testing" not in done.stdout


def close_queue(session) -> None:
    session.client("batch").update_job_queue(jobQueue="omni-batch-queue", state="DISABLED")


def forget_definition(session) -> None:
    session.client("batch").deregister_job_definition(jobDefinition="omni-nextflow-job:1")


def remove_bucket(session) -> None:
    session.client("s3").delete_bucket(Bucket="lab")


@pytest.mark.parametrize(
    ("spoil", "what", "says"),
    [
        (close_queue, "job queue", "DISABLED"),
        (forget_definition, "job definition", "no active omni-nextflow-job"),
        (remove_bucket, "output bucket", "no bucket lab"),
    ],
)
def test_what_is_wrong_in_the_account(account, doctor, spoil, what, says):
    from boto3.session import Session

    spoil(Session())
    done = doctor("--format", "json", **account)
    assert done.returncode == 1
    findings = found(done)
    assert says in findings[what]["found"]
    assert findings[what]["advice"]
    assert [each["what"] for each in findings.values() if each["state"] == "wrong"] == [what]


@pytest.mark.parametrize(
    ("changes", "what", "says"),
    [
        ({"OMNIDOMAIN_BATCH_JOB_QUEUE": "other"}, "job queue", "there is no other"),
        ({"AWS_DEFAULT_REGION": ""}, "region", "no AWS region"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "credentials", "no AWS cred"),
        ({"OMNIDOMAIN_BASE_OUTDIR": "results"}, "output bucket", "not an address on S3"),
        ({"OMNIDOMAIN_BATCH_ENDPOINT_URL": "http://127.0.0.1:9"}, "job queue", "reached"),
        ({"OMNIDOMAIN_BATCH_TIMEOUT": "5"}, "AWS Batch", "60"),
        ({"AWS_PROFILE": "nobody"}, "region", "nobody"),
    ],
)
def test_what_is_wrong_on_this_machine(account, doctor, changes, what, says):
    variables = {name: text for name, text in {**account, **changes}.items() if text}
    done = doctor("--format", "json", **variables)
    assert done.returncode == 1
    finding = found(done)[what]
    assert finding["state"] == "wrong"
    assert says in finding["found"]


def test_a_log_group_that_is_not_there_yet_is_no_fault(account, doctor):
    done = doctor("--format", "json", **account, OMNIDOMAIN_BATCH_LOG_GROUP="/other")
    assert done.returncode == 0
    assert found(done)["log group"]["state"] == "note"


def test_this_machine_alone(doctor, tmp_path):
    done = doctor("--format", "json")
    assert done.returncode == 0, done.stdout
    assert found(done)["compute backend"]["found"].startswith("local")
    assert not (tmp_path / "data" / "omnidomain").exists()  # nothing was made


def test_a_database_that_is_away(doctor):
    url = "postgresql+psycopg://ada:hidden@127.0.0.1:1/omnidomain"
    done = doctor("--format", "json", OMNIDOMAIN_DATABASE_URL=url)
    assert done.returncode == 1
    assert found(done)["database"]["state"] == "wrong"
    assert "hidden" not in done.stdout


def test_tables_of_an_older_version(doctor, postgres_url):
    from sqlalchemy import create_engine, text

    from omnidomain_jupyter.store.database import Database

    Database(postgres_url).upgrade()
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    done = doctor("--format", "json", OMNIDOMAIN_DATABASE_URL=postgres_url)
    assert done.returncode == 1
    assert "db upgrade" in found(done)["tables"]["advice"]


def test_a_file_that_is_no_database(doctor, tmp_path):
    (tmp_path / "store.sqlite").write_bytes(b"this is no database" * 100)
    done = doctor("--format", "json", OMNIDOMAIN_DATABASE_URL=f"sqlite:///{tmp_path}/store.sqlite")
    assert done.returncode == 1
    assert found(done)["database"]["state"] == "wrong"
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "store.sqlite").execute("SELECT * FROM runs")


def test_a_broken_pipeline(doctor, tmp_path):
    folder = tmp_path / "pipelines" / "mine"
    folder.mkdir(parents=True)
    (folder / "pipeline.toml").write_text("name = 3")
    done = doctor(OMNIDOMAIN_PIPELINES_PATH=str(folder.parent))
    assert done.returncode == 1
    assert "mine is broken" in done.stdout
