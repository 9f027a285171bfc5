"""A strict stand-in for AWS Batch and CloudWatch Logs, which real boto3 talks to over HTTP.

`BatchApi` is the server. It enforces the limits that AWS documents, keeps every job that it
has accepted, and counts every call: a test can prove that there is exactly one job. Jobs go
through their states when a test says so (`BatchApi.jobs`), and calls go wrong when a test says
so (`BatchApi.faults`).
"""

from .faults import Fault, Faults
from .jobs import Job, Jobs
from .logs import Logs
from .server import BatchApi

__all__ = ["BatchApi", "Fault", "Faults", "Job", "Jobs", "Logs"]
