"""Every command: what is typed, what it is for, where its function is, which options it takes."""

from torc_cli.line.arguments import Command, Grammar, Option
from torc_cli.line.options import (
    COMMON,
    CONSUMER,
    DATA,
    DETACH,
    DRY_RUN,
    FORCE,
    GRAPH_FORMAT,
    INITIALIZE,
    LIMIT,
    NAME,
    NO_PROMPTS,
    OFFSET,
    PAGING,
    PRODUCER,
    RERUN,
    RESET,
    RESULTS,
    STAFF,
    STATUS,
)

_LOCAL = (
    Command("up", "[OPTIONS...]", "local:up", "start the server on this machine", passes_on=True),
    Command("worker", "[OPTIONS...]", "local:worker", "run jobs for a server", passes_on=True),
    Command("login-link", "", "local:login_link", "print a link that signs a browser in"),
    Command("users create", "NAME", "local:create_user", "make an account; asks a password", STAFF),
    Command("version", "", "local:version", "print the version", aliases=("--version",)),
    Command("completions", "SHELL", "local:completions", "print completions for bash, zsh or fish"),
)

_WORKFLOWS = (
    Command(
        "run",
        "SPEC_OR_ID",
        "running:run",
        "create if needed, start, show progress until the end",
        (DETACH,),
        ("workflows run",),
    ),
    Command(
        "watch",
        "ID",
        "running:watch",
        "show progress until the end; exit codes as of run",
        (),
        ("workflows watch",),
    ),
    Command(
        "workflows create",
        "FILE",
        "workflows:create",
        "store a workflow from a spec file (- for stdin)",
        (DRY_RUN,),
        ("create",),
    ),
    Command("workflows check", "FILE", "workflows:check", "check a spec file, store nothing"),
    Command(
        "workflows list",
        "",
        "workflows:list_",
        "list workflows",
        (
            *PAGING,
            NAME,
            Option("--user", "only of this user", "USER"),
            Option("--archived-only", "only archived ones"),
            Option("--include-archived", "archived ones too"),
        ),
    ),
    Command("workflows get", "ID", "workflows:get", "show one workflow"),
    Command(
        "workflows initialize",
        "ID",
        "workflows:initialize",
        "make jobs ready or blocked",
        INITIALIZE,
        ("workflows initialize-jobs", "workflows init", "init", "initialize"),
    ),
    Command("workflows start", "ID", "workflows:start", "start it and return", aliases=("start",)),
    Command(
        "workflows status", "ID", "workflows:status", "count its jobs by status", (), ("status",)
    ),
    Command(
        "graph",
        "[WORKFLOW_ID]",
        "graph:graph",
        "list what starts when, or write the graph as a file",
        (
            GRAPH_FORMAT,
            Option("--split", "one node for each value of this parameter", "PARAMETER"),
            Option("--data-nodes", "files and user data are nodes, too"),
        ),
        ("workflows graph",),
    ),
    Command(
        "workflows cancel",
        "ID...",
        "workflows:cancel",
        "end its jobs, start no more",
        (),
        ("cancel",),
    ),
    Command(
        "workflows delete",
        "ID...",
        "workflows:delete",
        "delete it with all it has",
        (NO_PROMPTS,),
        ("delete",),
    ),
    Command(
        "workflows reinitialize",
        "ID",
        "workflows:reinitialize",
        "run again what has changed inputs, and what follows from that",
        (
            Option("--dry-run", "only list these jobs, each with why"),
            Option("--start", "start the workflow right after"),
            FORCE,
        ),
        ("workflows reinit", "reinitialize", "reinit"),
    ),
    Command(
        "workflows reset-status",
        "ID",
        "workflows:reset_status",
        "make jobs uninitialized again",
        RESET,
    ),
)

_JOBS = (
    Command(
        "failures",
        "[WORKFLOW_ID]",
        "reruns:failures",
        "group the failed jobs by cause, with what may help",
        (Option("-r/--run-id", "of this run (the present one)", "N"),),
    ),
    Command(
        "jobs rerun",
        "[WORKFLOW_ID]",
        "reruns:rerun",
        "run failed or chosen jobs again, and what follows from them",
        RERUN,
        ("rerun",),
    ),
    Command(
        "jobs list",
        "[WORKFLOW_ID]",
        "jobs:list_",
        "list the jobs of a workflow",
        (
            *PAGING,
            STATUS,
            NAME,
            Option("--upstream-job-id", "only jobs that wait for this one", "ID"),
            Option("--include-relationships", "with the ids of what they read and write"),
        ),
    ),
    Command("jobs get", "ID", "jobs:get", "show one job"),
    Command("jobs cancel", "ID...", "jobs:cancel", "cancel jobs"),
    Command(
        "jobs logs",
        "ID",
        "results:job_logs",
        "print what the last attempt of a job wrote",
        (
            Option("--stderr", "what it wrote to stderr"),
            Option("--raw", "as it was printed, with its escape codes"),
        ),
    ),
)

_USER_DATA = (
    Command(
        "user-data create",
        "[WORKFLOW_ID]",
        "user_data:create",
        "store a value",
        (
            Option("-n/--name", "its name (needed)", "NAME"),
            DATA,
            Option("--ephemeral", "may be emptied by the next run"),
            CONSUMER,
            PRODUCER,
        ),
    ),
    Command(
        "user-data list",
        "[WORKFLOW_ID]",
        "user_data:list_",
        "list the values of a workflow",
        (*PAGING, NAME, CONSUMER, PRODUCER, Option("--ephemeral", "only ephemeral ones")),
    ),
    Command(
        "user-data get",
        "ID",
        "user_data_get:get",
        "show a value; in a job ID may be input.NAME or output.NAME",
        (Option("--data-only", "the value alone"),),
    ),
    Command(
        "user-data update",
        "ID",
        "user_data:update",
        "set a value; in a job ID may be output.NAME",
        (
            DATA,
            Option("-n/--name", "a new name", "NAME"),
            Option("--ephemeral", "may be emptied by the next run"),
            Option("--no-ephemeral", "is kept"),
        ),
    ),
    Command(
        "user-data history",
        "ID [FROM] [TO]",
        "history:history",
        "list the versions of a value, or compare two",
        (Option("--diff", "compare FROM and TO (the newest, and the one before it)"),),
    ),
    Command(
        "user-data restore",
        "ID VERSION",
        "history:restore",
        "make an older version of a value the newest",
    ),
    Command("user-data delete", "ID...", "user_data:delete", "delete values", (NO_PROMPTS,)),
)

_RECORDS = (
    Command(
        "files list",
        "[WORKFLOW_ID]",
        "records:files",
        "list the files of a workflow",
        (*PAGING, NAME, PRODUCER),
    ),
    Command(
        "results list",
        "[WORKFLOW_ID]",
        "results:list_",
        "list the results of a workflow's jobs",
        RESULTS,
    ),
    Command("results get", "ID", "results:get", "show one result"),
    Command(
        "results logs",
        "ID",
        "results:logs",
        "print what an attempt wrote",
        (
            Option("--stderr", "what it wrote to stderr"),
            Option("--raw", "as it was printed, with its escape codes"),
            OFFSET,
            LIMIT,
        ),
    ),
    Command(
        "events list",
        "[WORKFLOW_ID]",
        "records:events",
        "list what happened in a workflow",
        (*PAGING, Option("-t/--type/--category", "only this kind", "KIND")),
    ),
    Command(
        "resource-requirements list",
        "[WORKFLOW_ID]",
        "records:resource_requirements",
        "list what jobs may ask for",
        (*PAGING, NAME),
    ),
    Command(
        "compute-nodes list",
        "[WORKFLOW_ID]",
        "records:compute_nodes",
        "list the machines that run jobs",
        (*PAGING, Option("--active", "only active ones")),
    ),
    Command(
        "tokens create",
        "",
        "tokens:create",
        "make an API token; it is shown once",
        (
            Option("-n/--name", "what it is for (needed)", "NAME"),
            Option("--scope", "what it may do (run)", "SCOPE", ("read", "run", "admin")),
            Option("--expires-in-days", "for how long, at most 366 (90)", "N"),
        ),
    ),
    Command("tokens list", "", "tokens:list_", "list your API tokens"),
    Command("tokens revoke", "ID...", "tokens:revoke", "end API tokens", (NO_PROMPTS,)),
)

GRAMMAR = Grammar(_LOCAL + _WORKFLOWS + _JOBS + _USER_DATA + _RECORDS, COMMON)
