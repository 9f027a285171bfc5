"""What a report may fetch, wherever it is shown: public libraries, and nothing of a server."""

from __future__ import annotations

_LIBRARIES = " ".join(
    f"https://{host}"
    for host in (
        *("cdn.plot.ly", "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "unpkg.com"),
        *("code.jquery.com", "ajax.googleapis.com", "cdn.datatables.net", "d3js.org"),
        *("maxcdn.bootstrapcdn.com", "stackpath.bootstrapcdn.com", "code.highcharts.com"),
        *("fonts.googleapis.com", "fonts.gstatic.com"),
    )
)
"""Where the reports of this field have their scripts and fonts, if not in themselves."""

REPORT_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'unsafe-inline' 'unsafe-eval' data: blob: {_LIBRARIES}",
        f"style-src 'unsafe-inline' data: blob: {_LIBRARIES}",
        f"img-src data: blob: {_LIBRARIES}",
        f"font-src data: {_LIBRARIES}",
        "media-src data: blob:",
        "worker-src blob:",
        "form-action 'none'",
        "base-uri 'none'",
    )
)
"""A Content-Security-Policy, as it stands in a header or a page."""
