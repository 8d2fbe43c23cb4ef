"""The catalog of commands: words, operands, function, help text and options of each."""

from torc_cli.line import options
from torc_cli.line.arguments import Command, Grammar, Option

_LOCAL = (
    Command(
        "up",
        "[OPTIONS...]",
        "up:up",
        "start the server and a worker on this machine",
        passes_on=True,
    ),
    Command(
        "worker",
        "[OPTIONS...]",
        "up:worker",
        "run jobs for a server on this or another machine",
        passes_on=True,
    ),
    Command("login-link", "", "up:login_link", "print a link that signs a browser in"),
    Command(
        "users create",
        "NAME",
        "users:create",
        "make an account; asks for the password",
        (Option("--staff", "the account sees every workflow"),),
    ),
    Command("version", "", "version:version", "print the version", aliases=("--version",)),
    Command(
        "completions", "SHELL", "completions:completions", "print completions for bash, zsh or fish"
    ),
)

_WORKFLOWS = (
    Command(
        "run",
        "SPEC_OR_ID",
        "run:run",
        "run a spec file or a stored workflow and show its progress",
        (options.DETACH,),
        ("workflows run",),
    ),
    Command(
        "watch",
        "ID",
        "run:watch",
        "show the progress of a started workflow; exit codes as of run",
        (),
        ("workflows watch",),
    ),
    Command(
        "workflows create",
        "FILE",
        "workflows:create",
        "make a workflow from a spec file (- for stdin)",
        (options.DRY_RUN,),
        ("create",),
    ),
    Command("workflows check", "FILE", "workflows:check", "check a spec file and store nothing"),
    Command(
        "workflows list",
        "",
        "workflows:list_",
        "list workflows",
        options.WORKFLOW_FILTERS,
    ),
    Command("workflows get", "ID", "workflows:get", "show one workflow"),
    Command(
        "workflows initialize",
        "ID",
        "workflows:initialize",
        "prepare a run: make jobs ready or blocked",
        options.INITIALIZE,
        ("workflows initialize-jobs", "workflows init", "init", "initialize"),
    ),
    Command(
        "workflows start",
        "ID",
        "workflows:start",
        "start a workflow and return at once",
        aliases=("start",),
    ),
    Command(
        "workflows status",
        "ID",
        "workflows:status",
        "show the state of a workflow and its jobs by status",
        (),
        ("status",),
    ),
    Command(
        "graph",
        "[WORKFLOW_ID]",
        "graph:graph",
        "list the stages of a workflow, or print its graph as a file",
        options.GRAPH,
        ("workflows graph",),
    ),
    Command(
        "workflows cancel",
        "ID...",
        "workflows:cancel",
        "cancel workflows: end their running jobs, start no more",
        (),
        ("cancel",),
    ),
    Command(
        "workflows delete",
        "ID...",
        "workflows:delete",
        "delete workflows with their jobs, results and data",
        (options.NO_PROMPTS,),
        ("delete",),
    ),
    Command(
        "workflows reinitialize",
        "ID",
        "workflows:reinitialize",
        "reset jobs whose inputs have changed, and jobs that follow from them",
        options.REINITIALIZE,
        ("workflows reinit", "reinitialize", "reinit"),
    ),
    Command(
        "workflows reset-status",
        "ID",
        "workflows:reset_status",
        "make jobs uninitialized again",
        options.RESET,
    ),
)

_JOBS = (
    Command(
        "failures",
        "[WORKFLOW_ID]",
        "failures:failures",
        "list failed jobs by cause, with what may help",
        (Option("-r/--run-id", "of this run; else of the current one", "N"),),
    ),
    Command(
        "jobs rerun",
        "[WORKFLOW_ID]",
        "rerun:rerun",
        "run failed or chosen jobs again, and what follows from them",
        options.RERUN,
        ("rerun",),
    ),
    Command(
        "jobs list",
        "[WORKFLOW_ID]",
        "jobs:list_",
        "list the jobs of a workflow",
        (
            *options.PAGING,
            options.STATUS,
            options.NAME,
            Option("--upstream-job-id", "only jobs that wait for this one", "ID"),
            Option(
                "--include-relationships", "with the ids of their files, user data and dependencies"
            ),
        ),
    ),
    Command("jobs get", "ID", "jobs:get", "show one job", (options.WORKFLOW,)),
    Command("jobs cancel", "ID...", "jobs:cancel", "cancel jobs", (options.WORKFLOW,)),
    Command(
        "jobs logs",
        "ID",
        "logs:of_job",
        "print the log of a job's last attempt",
        (*options.LOGS, options.WORKFLOW),
    ),
)

_USER_DATA = (
    Command(
        "user-data create",
        "[WORKFLOW_ID]",
        "user_data:create",
        "store a JSON value in a workflow",
        options.USER_DATA,
    ),
    Command(
        "user-data list",
        "[WORKFLOW_ID]",
        "user_data:list_",
        "list the values of a workflow",
        (
            *options.PAGING,
            options.NAME,
            options.CONSUMER,
            options.PRODUCER,
            Option("--ephemeral", "only ephemeral values"),
        ),
    ),
    Command(
        "user-data get",
        "ID",
        "user_data_get:get",
        "show a value; inside a job, ID may be input.NAME or output.NAME",
        (Option("--data-only", "print the value alone"),),
    ),
    Command(
        "user-data update",
        "ID",
        "user_data:update",
        "change a value; inside a job, ID may be output.NAME",
        (
            options.DATA,
            Option("-n/--name", "a new name", "NAME"),
            Option("--ephemeral", "the next run may empty it"),
            Option("--no-ephemeral", "the next run keeps it"),
        ),
    ),
    Command(
        "user-data history",
        "ID [FROM] [TO]",
        "user_data_history:history",
        "list the versions of a value, or compare two",
        (Option("--diff", "compare FROM and TO; else the newest version and the one before"),),
    ),
    Command(
        "user-data restore",
        "ID VERSION",
        "user_data_history:restore",
        "store an older version of a value as the newest",
    ),
    Command(
        "user-data delete", "ID...", "user_data:delete", "delete values", (options.NO_PROMPTS,)
    ),
)

_OTHERS = (
    Command(
        "files list",
        "[WORKFLOW_ID]",
        "files:list_",
        "list the files of a workflow",
        (*options.PAGING, options.NAME, options.PRODUCER),
    ),
    Command(
        "results list",
        "[WORKFLOW_ID]",
        "results:list_",
        "list the results of a workflow's jobs",
        options.RESULTS,
    ),
    Command("results get", "ID", "results:get", "show one result"),
    Command(
        "results logs",
        "ID",
        "logs:of_result",
        "print the log of an attempt",
        (*options.LOGS, options.FROM_BYTE, options.MAX_BYTES),
    ),
    Command(
        "events list",
        "[WORKFLOW_ID]",
        "events:list_",
        "list the events of a workflow",
        (*options.PAGING, Option("-t/--type/--category", "only events of this kind", "KIND")),
    ),
    Command(
        "resource-requirements list",
        "[WORKFLOW_ID]",
        "resource_requirements:list_",
        "list the resource requirements of a workflow",
        (*options.PAGING, options.NAME),
    ),
    Command(
        "compute-nodes list",
        "[WORKFLOW_ID]",
        "compute_nodes:list_",
        "list the machines that run jobs",
        (*options.PAGING, Option("--active", "only active nodes")),
    ),
    Command(
        "tokens create",
        "",
        "tokens:create",
        "make an API token and print it once",
        options.TOKEN,
    ),
    Command("tokens list", "", "tokens:list_", "list your API tokens"),
    Command("tokens revoke", "ID...", "tokens:revoke", "revoke API tokens", (options.NO_PROMPTS,)),
)

GRAMMAR = Grammar(_LOCAL + _WORKFLOWS + _JOBS + _USER_DATA + _OTHERS, options.COMMON)
