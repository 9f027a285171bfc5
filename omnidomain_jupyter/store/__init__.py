"""Where everything is kept: SQLAlchemy models, repositories and migrations."""
