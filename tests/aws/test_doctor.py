"""The doctor, for each thing that can be wrong with an account or a machine."""

from __future__ import annotations

import json
import socket
import sqlite3
import time

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


def test_json_is_asked_for_in_two_ways(account, doctor):
    assert found(doctor("--json", **account)) == found(doctor("--format", "json", **account))


def close_queue(session) -> None:
    session.client("batch").update_job_queue(jobQueue="omni-batch-queue", state="DISABLED")


def forget_definition(session) -> None:
    session.client("batch").deregister_job_definition(jobDefinition="omni-nextflow-job:1")


def remove_bucket(session) -> None:
    session.client("s3").delete_bucket(Bucket="lab")


def close_machines(session) -> None:
    session.client("batch").update_compute_environment(computeEnvironment="place", state="DISABLED")


def name_a_log_group(session) -> None:
    logging = {"logDriver": "awslogs", "options": {"awslogs-group": "/lab/jobs"}}
    session.client("batch").register_job_definition(
        jobDefinitionName="omni-nextflow-job",
        type="container",
        containerProperties={
            "image": "nextflow",
            "vcpus": 1,
            "memory": 512,
            "command": ["true"],
            "logConfiguration": logging,
        },
    )


@pytest.mark.parametrize(
    ("spoil", "what", "says"),
    [
        (close_queue, "job queue", "DISABLED"),
        (forget_definition, "job definition", "no active omni-nextflow-job"),
        (remove_bucket, "output bucket", "no bucket 'lab'"),
        (close_machines, "job queue", "no compute environment that works"),
        (name_a_log_group, "log group", "/lab/jobs, which the job definition names"),
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
        ({"OMNIDOMAIN_BATCH_ENDPOINT_URL": "nonsense"}, "job queue", "nonsense"),
        ({"OMNIDOMAIN_BATCH_LOG_GROUP": "/other"}, "log group", "there is no /other"),
        ({"OMNIDOMAIN_BATCH_TIMEOUT": "5"}, "AWS Batch", "60"),
        ({"AWS_DEFAULT_REGION": "central europe"}, "region", "not the name of a region"),
        ({"OMNIDOMAIN_BASE_OUTDIR": "s3://No_Bucket!/x"}, "output bucket", "cannot be one"),
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


def test_the_log_group_that_batch_makes_itself_may_come_later(account, doctor):
    from boto3.session import Session

    Session().client("logs").delete_log_group(logGroupName="/aws/batch/job")
    done = doctor("--json", **account)
    assert done.returncode == 0
    assert found(done)["log group"]["state"] == "note"


def test_a_bucket_that_one_may_not_use(account, doctor, with_rights):
    from boto3.session import Session

    iam = Session().client("iam")
    iam.create_user(UserName="ada")
    allowed = {"Effect": "Allow", "Action": ["batch:*", "logs:*"], "Resource": "*"}
    iam.put_user_policy(
        UserName="ada",
        PolicyName="no-files",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    keys = with_rights("ada")
    done = doctor("--json", **{**account, **keys})
    wrong = doctor("--json", **{**account, **keys, "AWS_SECRET_ACCESS_KEY": "other"})
    assert done.returncode == 1
    findings = found(done)
    assert [what for what, each in findings.items() if each["state"] == "wrong"] == [
        "output bucket"
    ]
    assert "may not be listed" in findings["output bucket"]["found"]
    assert "NotebookPolicy" in findings["output bucket"]["advice"]
    assert found(wrong)["credentials"]["state"] == "wrong"
    assert found(wrong)["job queue"]["state"] == "skipped"
    for text in (done.stdout, wrong.stdout):
        assert not any(key in text for key in keys.values())


def test_uploads_that_one_may_not_make(account, doctor, with_rights):
    from boto3.session import Session

    iam = Session().client("iam")
    iam.create_user(UserName="ada")
    allowed = {
        "Effect": "Allow",
        "Action": ["batch:*", "logs:*", "s3:ListBucket", "s3:GetObject", "s3:PutObject"],
        "Resource": "*",
    }
    iam.put_user_policy(
        UserName="ada",
        PolicyName="no-parts",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    done = doctor("--json", **{**account, **with_rights("ada")})
    assert done.returncode == 1
    findings = found(done)
    assert findings["output bucket"]["state"] == "good"
    assert findings["uploads"]["state"] == "wrong"
    assert findings["uploads"]["found"] == (
        "not permitted in lab: s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts, "
        "s3:AbortMultipartUpload"
    )
    assert "NotebookPolicy" in findings["uploads"]["advice"]
    assert findings["browser uploads"]["state"] == "note"
    assert "s3:GetBucketCORS" in findings["browser uploads"]["found"]


def test_a_bucket_without_rules_for_uploads(account, doctor):
    findings = found(doctor("--json", **account))
    assert findings["uploads"]["state"] == "note"
    assert "AbortIncompleteMultipartUpload" in findings["uploads"]["advice"]
    assert findings["browser uploads"]["state"] == "note"
    assert "no CORS rule" in findings["browser uploads"]["found"]


def test_a_bucket_in_another_region_than_addresses_are_signed_for(account, doctor):
    from boto3.session import Session

    rule = {
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["*"],
        "AllowedOrigins": ["https://hub.lab.example"],
    }
    s3 = Session().client("s3")
    s3.put_bucket_cors(Bucket="lab", CORSConfiguration={"CORSRules": [rule]})
    right = found(doctor("--json", **account))["browser uploads"]
    assert (right["state"], right["found"]) == ("good", "from https://hub.lab.example")
    elsewhere = {"OMNIDOMAIN_BATCH_REGION": "us-west-2"}
    wrong = found(doctor("--json", **{**account, **elsewhere}))["browser uploads"]
    assert wrong["state"] == "wrong"
    assert "lab is in eu-central-1; addresses are signed for us-west-2" in wrong["found"]


@pytest.fixture
def silent_port():
    """A port that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield listening.getsockname()[1]


def test_a_network_that_swallows_everything(account, doctor, silent_port):
    nowhere = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent_port}",
        "OMNIDOMAIN_DATABASE_URL": f"postgresql://ada:hidden@127.0.0.1:{silent_port}/omnidomain",
    }
    began = time.monotonic()
    done = doctor("--json", **{**account, **nowhere})
    # 15 s on a machine with nothing else to do.
    assert time.monotonic() - began < 25
    assert done.returncode == 1
    states = {what: each["state"] for what, each in found(done).items()}
    assert states["AWS"] == states["database"] == "wrong"
    for what in ("tables", "job queue", "job definition", "log group", "output bucket"):
        assert states[what] == "skipped"
    assert "hidden" not in done.stdout


def test_a_program_for_credentials_that_does_not_end(account, doctor, tmp_path):
    (tmp_path / "aws").write_text("[profile slow]\ncredential_process = sleep 20\n")
    variables = {name: text for name, text in account.items() if "ACCESS_KEY" not in name}
    profile = {"AWS_CONFIG_FILE": str(tmp_path / "aws"), "AWS_PROFILE": "slow"}
    done = doctor("--json", **{**variables, **profile})
    assert done.returncode == 1
    assert found(done)["credentials"]["state"] == "wrong"


def test_this_machine_alone(doctor, tmp_path):
    done = doctor("--format", "json")
    assert done.returncode == 0, done.stdout
    assert found(done)["compute backend"]["found"].startswith("local")
    assert found(done)["AWS Batch"]["state"] == "skipped"
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
