"""The options of commands: how each is typed and what it is for."""

from torc_cli.line.arguments import Option

COMMON = (
    Option("-f/--format", "how to print", "table|json", ("table", "json")),
    Option("--url", "address of the server's API (else TORC_API_URL)", "URL"),
    Option("--token", "API token (else TORC_TOKEN, else the data folder's)", "TOKEN"),
)

LIMIT = Option("-l/--limit", "at most so many rows (else all)", "N")
OFFSET = Option("--offset", "leave out the first rows", "N")
SORT_BY = Option("--sort-by", "order by this field", "FIELD")
REVERSE = Option("--reverse-sort", "descending order")
PAGING = (LIMIT, OFFSET, SORT_BY, REVERSE)
NAME = Option("-n/--name", "only rows of this name", "NAME")
STATUS = Option("-s/--status", "only this status", "STATUS")
NO_PROMPTS = Option("-y/--no-prompts", "do not ask")
FORCE = Option("--force", "also when jobs are active or finished; do not ask")
CONSUMER = Option("--consumer-job-id", "the job that reads it", "ID")
PRODUCER = Option("--producer-job-id", "the job that writes it", "ID")
DATA = Option("-d/--data", "the value: JSON, @FILE, or - for stdin", "JSON")
DETACH = Option("--detach", "start it and return")
DRY_RUN = Option("--dry-run", "check only; store nothing")
_FORMATS = ("table", "json", "svg", "dot")
GRAPH_FORMAT = Option("-f/--format", "as a list, or as a file", "|".join(_FORMATS), _FORMATS)

INITIALIZE = (
    Option("--only-uninitialized", "leave finished jobs as they are"),
    Option("--clear-ephemeral-user-data", "empty user data marked ephemeral"),
    FORCE,
    NO_PROMPTS,
)

SELECTING = (
    Option("--failed", "those that failed; so it is if nothing is said"),
    Option("-s/--status", "those with this status; may be repeated", "STATUS", is_many=True),
    Option("--family", "those of this family, as `torc failures` names it", "FAMILY"),
    Option("--cause", "those that failed for this cause, or a telling part of it", "TEXT"),
    Option("-n/--name", "those with this in their name", "TEXT"),
    Option("--return-code", "those with this return code", "N"),
    Option("--job", "this job; may be repeated", "ID", is_many=True),
)

RERUN = (
    *SELECTING,
    Option("--no-downstream", "leave what follows from them as it is"),
    Option("--upstream", "also the jobs they wait for, and further up what did not complete"),
    Option("--memory", "they ask so much from now on, such as 12g", "SIZE"),
    Option("--runtime", "they may take so long from now on, such as PT2H", "DURATION"),
    Option("--num-cpus", "they ask so many CPUs from now on", "N"),
    Option("--num-gpus", "they ask so many GPUs from now on", "N"),
    Option("--dry-run", "only say what would be done"),
    Option("--no-start", "do not start the workflow"),
    Option("--force", "cancel what runs among them, look for no inputs; do not ask"),
    NO_PROMPTS,
)

RESULTS = (
    *PAGING,
    STATUS,
    Option("-j/--job-id", "only of this job", "ID"),
    Option("-r/--run-id", "only of this run", "N"),
    Option("--return-code", "only this return code", "N"),
    Option("--failed", "only failed ones"),
    Option("--compute-node-id", "only of this node", "ID"),
    Option("--all-runs", "of earlier runs and attempts too"),
)

RESET = (
    Option("--failed-only", "only those that did not complete"),
    Option("-r/--reinitialize", "initialize right after"),
    FORCE,
    NO_PROMPTS,
)

STAFF = (Option("--staff", "the account sees every workflow"),)
