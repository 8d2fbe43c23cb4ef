"""Options that several commands share, and the long lists of options of single commands."""

from torc_cli.line.arguments import Option

COMMON = (
    Option("-f/--format", "how to print the output", "table|json", ("table", "json")),
    Option("--url", "address of the server's API (else TORC_API_URL)", "URL"),
    Option("--token", "API token (else TORC_TOKEN, else the data folder's)", "TOKEN"),
)

LIMIT = Option("-l/--limit", "at most this many rows; else all", "N")
OFFSET = Option("--offset", "skip this many rows", "N")
SORT_BY = Option("--sort-by", "sort by this field", "FIELD")
REVERSE = Option("--reverse-sort", "sort in descending order")
PAGING = (LIMIT, OFFSET, SORT_BY, REVERSE)
NAME = Option("-n/--name", "only rows of this name", "NAME")
STATUS = Option("-s/--status", "only rows with this status", "STATUS")
NO_PROMPTS = Option("-y/--no-prompts", "do not ask")
FORCE = Option("--force", "also when jobs are active or finished; do not ask")
CONSUMER = Option("--consumer-job-id", "the job that reads it", "ID")
PRODUCER = Option("--producer-job-id", "the job that writes it", "ID")
WORKFLOW = Option("--workflow", "the workflow in which jobs are named instead of an id", "ID")
FROM_BYTE = Option("--offset", "from this byte on", "N")
MAX_BYTES = Option("-l/--limit", "at most this many bytes", "N")
DATA = Option("-d/--data", "the value: JSON, @FILE, or - for stdin", "JSON")
DETACH = Option("--detach", "start it and return at once")
DRY_RUN = Option("--dry-run", "only check; store nothing")
_FORMATS = ("table", "json", "svg", "dot")
GRAPH_FORMAT = Option("-f/--format", "as a list or as a file", "|".join(_FORMATS), _FORMATS)

INITIALIZE = (
    Option("--only-uninitialized", "leave finished jobs as they are"),
    Option("--clear-ephemeral-user-data", "empty user data marked ephemeral"),
    FORCE,
    NO_PROMPTS,
)

SELECTION = (
    Option("--failed", "jobs that failed; the default when nothing is chosen"),
    Option("-s/--status", "jobs with this status; may be repeated", "STATUS", is_many=True),
    Option("--family", "jobs of this family, as `torc failures` names it", "FAMILY"),
    Option("--cause", "jobs that failed for this cause; a part that no other has will do", "TEXT"),
    Option("-n/--name", "jobs with this text in their name", "TEXT"),
    Option("--return-code", "jobs with this return code", "N"),
    Option("--job", "this job; may be repeated", "ID", is_many=True),
)

RERUN = (
    *SELECTION,
    Option("--no-downstream", "leave the jobs that follow from them as they are"),
    Option("--upstream", "also the jobs they wait for, and earlier ones that did not complete"),
    Option("--memory", "their memory requirement from now on, such as 12g", "SIZE"),
    Option("--runtime", "their runtime limit from now on, such as PT2H", "DURATION"),
    Option("--num-cpus", "their number of CPUs from now on", "N"),
    Option("--num-gpus", "their number of GPUs from now on", "N"),
    Option("--dry-run", "only show what would be reset"),
    Option("--no-start", "do not start the workflow"),
    Option("--force", "cancel those that run, do not check for missing inputs; do not ask"),
    NO_PROMPTS,
)

RESULTS = (
    *PAGING,
    STATUS,
    Option("-j/--job-id", "only results of this job", "ID"),
    Option("-r/--run-id", "only results of this run", "N"),
    Option("--return-code", "only results with this return code", "N"),
    Option("--failed", "only failed results"),
    Option("--compute-node-id", "only results of this node", "ID"),
    Option("--all-runs", "earlier runs and attempts, too"),
)

RESET = (
    Option("--failed-only", "only jobs that did not complete"),
    Option("-r/--reinitialize", "initialize the workflow afterwards"),
    FORCE,
    NO_PROMPTS,
)

LOGS = (
    Option("--stderr", "its stderr instead of its stdout"),
    Option("--raw", "keep all escape codes, even on a terminal"),
    Option("--follow", "print what the attempt writes until it ends"),
)

WORKFLOW_FILTERS = (
    *PAGING,
    NAME,
    Option("--user", "only those of this user", "USER"),
    Option("--archived-only", "only archived workflows"),
    Option("--include-archived", "archived workflows, too"),
)

GRAPH = (
    GRAPH_FORMAT,
    Option("--split", "one node for each value of this parameter", "PARAMETER"),
    Option("--data-nodes", "show files and user data as nodes, too"),
)

REINITIALIZE = (
    Option("--dry-run", "only list these jobs and the reasons"),
    Option("--start", "start the workflow afterwards"),
    FORCE,
)

TOKEN = (
    Option("-n/--name", "what it is for (required)", "NAME"),
    Option("--scope", "what it may do (run)", "SCOPE", ("read", "run", "admin")),
    Option("--expires-in-days", "for how many days, at most 366 (90)", "N"),
)

USER_DATA = (
    Option("-n/--name", "its name (required)", "NAME"),
    DATA,
    Option("--ephemeral", "the next run may empty it"),
    CONSUMER,
    PRODUCER,
)
