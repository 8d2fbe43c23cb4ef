"""How many bytes a request may have."""

MIB = 1024 * 1024
# Inside a JSON string or a form field a spec takes more bytes than it has.
SPEC_BODY_LIMIT = 16 * MIB
JSON_BODY_LIMIT = 2 * MIB
BULK_BODY_LIMIT = 10 * MIB
BULK_PATHS = "/torc-service/v1/bulk_"
SPEC_PATH = "/torc-service/v1/workflow_specs"


def body_limit(path: str) -> int:
    """Return how many bytes a body sent to a path may have; forms may carry a whole spec."""
    if not path.startswith("/torc-service/") or path.startswith(SPEC_PATH):
        return SPEC_BODY_LIMIT
    if path.startswith(BULK_PATHS):
        return BULK_BODY_LIMIT
    return JSON_BODY_LIMIT
