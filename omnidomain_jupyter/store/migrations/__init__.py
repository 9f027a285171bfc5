"""The Alembic migrations, shipped inside the package.

`HEAD` is written here so that a server which finds its database up to date, or empty, need not
import Alembic; a test holds it against the scripts.
"""

HEAD = "0003"
