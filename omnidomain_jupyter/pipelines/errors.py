"""What can be wrong with a pipeline's definition."""

from __future__ import annotations

from ..errors import OmniDomainError


class PipelineDefinitionError(OmniDomainError):
    """A pipeline's folder cannot be used; the text names the file, the key and the fault."""
