"""What is made of the ends of real logs."""

import pytest

from jobs.recording.causes import MAX_ERROR_LINE, MAX_LABEL, Cause, CauseKind, cause_of, kind_of
from tests.unit.jobs.recording import log_ends

K = CauseKind


def cause(code: int, stderr: str = "", stdout: str = "", kill: str = "", reason: str = "") -> Cause:
    return cause_of(code, kill, reason or f"return code {code}", stderr, stdout)


LOGS = [
    ("python", 1, log_ends.PYTHON_KEY_ERROR, "KeyError: 'layer_{n}'", K.ERROR),
    (
        "python, chained",
        1,
        log_ends.PYTHON_CHAINED,
        "sweep.errors.DataError: cannot read {path} after {n} tries",
        K.ERROR,
    ),
    (
        "python, while handling",
        1,
        log_ends.PYTHON_DURING_HANDLING,
        "ZeroDivisionError: division by zero",
        K.ERROR,
    ),
    (
        "python, group",
        1,
        log_ends.PYTHON_GROUP,
        "ExceptionGroup: several ({n} sub-exceptions)",
        K.ERROR,
    ),
    (
        "python, then chatter",
        1,
        log_ends.PYTHON_OTHER_OUTPUT_AFTER,
        "RuntimeError: loss is nan at step {n}",
        K.ERROR,
    ),
    (
        "python, message on the next line",
        1,
        log_ends.PYTHON_LONG_MESSAGE,
        "ValueError: shapes ({n}, …) and ({n}, …) not aligned",
        K.ERROR,
    ),
    (
        "python, memory",
        1,
        log_ends.PYTHON_MEMORY,
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate {n}. GiB for an array with "
        "shape ({n}, …) and data type float64",
        K.MEMORY,
    ),
    (
        "cuda memory is no memory that a job asks for",
        1,
        log_ends.TORCH_CUDA,
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate {size}. GPU {n} has a total "
        "capacity of {size} of which {size} is free.",
        K.ERROR,
    ),
    ("torchrun", 1, log_ends.TORCH_RUN, "ValueError: bad batch {n}", K.ERROR),
    ("progress bars", 1, log_ends.TQDM, "stopped: the sensor refused the connection", K.ERROR),
    ("warnings only", 3, log_ends.WARNINGS_ONLY, "return code 3 without a message", K.ERROR),
    (
        "no program",
        127,
        log_ends.BASH_NOT_FOUND,
        "bash: line {n}: samtools: command not found",
        K.MISSING_PROGRAM,
    ),
    ("no file", 1, log_ends.BASH_NO_FILE, "cat: {path}: No such file or directory", K.MISSING_FILE),
    ("killed", 137, log_ends.BASH_KILLED, "ended by signal 9 (SIGKILL)", K.SIGNAL),
    ("killed itself", -9, "", "ended by signal 9 (SIGKILL)", K.SIGNAL),
    ("segfault", 139, log_ends.BASH_SEGFAULT, "ended by signal 11 (SIGSEGV)", K.SIGNAL),
    (
        "disk full, though more was said after",
        1,
        log_ends.BASH_DISK,
        "cp: error writing '{path}': No space left on device",
        K.DISK_FULL,
    ),
    (
        "R",
        1,
        log_ends.R_ERROR,
        "Error in solve.default(A, b) : system is computationally singular: reciprocal condition "
        "number = {n}",
        K.ERROR,
    ),
    (
        "R package",
        1,
        log_ends.R_PACKAGE,
        "Error in library(lme{n}) : there is no package called \u2018lme{n}\u2019",
        K.MISSING_PROGRAM,
    ),
    ("R memory", 1, log_ends.R_MEMORY, "Error: cannot allocate vector of size {n} Gb", K.MEMORY),
    (
        "julia",
        1,
        log_ends.JULIA,
        "ERROR: LoadError: DomainError with {n}: sqrt was called with a negative real argument but "
        "will only return a complex result.",
        K.ERROR,
    ),
    (
        "java",
        1,
        log_ends.JAVA,
        "Caused by: java.io.FileNotFoundException: {path} (No such file or directory)",
        K.MISSING_FILE,
    ),
    (
        "rust",
        101,
        log_ends.RUST,
        "thread 'main' panicked at {path}:{n}:{n}: index out of bounds: the len is {n} but "
        "the index is {n}",
        K.ERROR,
    ),
    (
        "go",
        2,
        log_ends.GO,
        "panic: runtime error: index out of range [{n}] with length {n}",
        K.ERROR,
    ),
    ("node", 1, log_ends.NODE, "Error: no shard {n}", K.ERROR),
    (
        "c++",
        134,
        log_ends.CPP_THROW,
        "std::out_of_range: vector::_M_range_check: __n (which is {n}) >= this->size() (which is "
        "{n})",
        K.ERROR,
    ),
    ("c++ memory", 134, log_ends.CPP_BAD_ALLOC, "std::bad_alloc: std::bad_alloc", K.MEMORY),
    (
        "assertion",
        134,
        log_ends.C_ASSERT,
        "solver: grid.c:{n}: refine: Assertion `n > {n}' failed.",
        K.ERROR,
    ),
    ("fortran", 2, log_ends.FORTRAN, "Fortran runtime error: End of file", K.ERROR),
    ("mpi", 139, log_ends.MPI, "ended by signal 11 (SIGSEGV)", K.SIGNAL),
    ("mpi, other code", 1, log_ends.MPI, "Signal: Segmentation fault ({n})", K.ERROR),
    (
        "mpi abort",
        17,
        log_ends.MPI_ABORT,
        "MPI_ABORT was invoked on rank {n} in communicator MPI_COMM_WORLD",
        K.ERROR,
    ),
    (
        "slurm, memory",
        137,
        log_ends.SLURM_OOM,
        "slurmstepd: error: Detected {n} oom_kill event in StepId={n}.batch. Some of the step "
        "tasks have been OOM Killed.",
        K.MEMORY,
    ),
    (
        "slurm, time",
        143,
        log_ends.SLURM_TIME,
        "slurmstepd: error: *** JOB {n} ON c{n}-n{n} CANCELLED AT {time} DUE TO TIME LIMIT ***",
        K.RUNTIME,
    ),
    (
        "kernel, memory",
        137,
        log_ends.KERNEL_OOM,
        "[{n}] Out of memory: Killed process {n} (python) total-vm:{size}",
        K.MEMORY,
    ),
    (
        "make says what the compiler said",
        2,
        log_ends.MAKE,
        "mesh_{n}.c:{n}:{n}: error: 'dx' undeclared (first use in this function)",
        K.ERROR,
    ),
    ("make alone", 2, log_ends.MAKE_ONLY, "make: *** [Makefile:{n}: out_{n}] Error {n}", K.ERROR),
    ("perl", 2, log_ends.PERL, "Can't open '{path}' for reading at parse.pl line {n}.", K.ERROR),
    (
        "ssh",
        255,
        log_ends.SSH,
        "ssh: connect to host {address} port {n}: Connection refused",
        K.ERROR,
    ),
    ("http", 1, log_ends.HTTP, "urllib.error.HTTPError: HTTP Error 404: Not Found", K.ERROR),
    (
        "logging",
        1,
        log_ends.LOGGED,
        "pipeline.fit - ERROR - no convergence after {n} iterations",
        K.ERROR,
    ),
    ("colors", 1, log_ends.COLORS, "ERROR: bucket b{n} is empty", K.ERROR),
    (
        "linker",
        127,
        log_ends.LINKER,
        "{path}: error while loading shared libraries: libfftw{n}.so.{n}: cannot open shared "
        "object file: No such file or directory",
        K.MISSING_PROGRAM,
    ),
    ("silent", 7, "", "return code 7 without a message", K.ERROR),
    ("terminated", 143, "", "ended by signal 15 (SIGTERM)", K.SIGNAL),
    ("200 is no signal", 200, "", "return code 200 without a message", K.ERROR),
    ("SIGCHLD ends nothing", 145, "", "return code 145 without a message", K.ERROR),
    ("real-time signal", -40, "", "ended by signal 40", K.SIGNAL),
    ("255 is no signal", 255, "", "return code 255 without a message", K.ERROR),
    (
        "last words",
        4,
        "step 1\nno more seeds left for run 17\n",
        "no more seeds left for run {n}",
        K.ERROR,
    ),
]


@pytest.mark.parametrize(
    ("code", "stderr", "label", "kind"), [row[1:] for row in LOGS], ids=[row[0] for row in LOGS]
)
def test_the_telling_line_is_found_and_normalized(
    code: int, stderr: str, label: str, kind: CauseKind
) -> None:
    result = cause(code, stderr)
    assert (result.label, result.kind) == (label, kind)


def test_the_error_line_is_kept_as_it_was_written() -> None:
    assert cause(1, log_ends.PYTHON_CHAINED).error_line.endswith(
        "/data/2024/a_003.json after 3 tries"
    )


def test_programs_that_complain_on_stdout_are_heard_too() -> None:
    assert cause(1, "starting\n", "ERROR: no licence 17\n").label == "ERROR: no licence {n}"
    assert cause(1, "starting\n", "all is well\n").label == "starting"


def test_long_and_hostile_lines_stay_short_and_printable() -> None:
    result = cause(1, "Error: " + "x" * 5000 + "\x1b]0;title\x07\x00\u202e\n")
    assert len(result.label) == MAX_LABEL
    assert len(result.error_line) == MAX_ERROR_LINE
    assert "\x1b" not in result.error_line + result.label
    assert "\x00" not in result.error_line + result.label


def test_the_kind_follows_from_the_stored_label_alone() -> None:
    for _, code, stderr, _, kind in LOGS:
        assert kind_of(cause(code, stderr).label) is kind
