"""Ends of logs as real programs write them."""

PYTHON_KEY_ERROR = """\
loading /scratch/run_17/input.parquet
Traceback (most recent call last):
  File "/home/ann/sweep/train.py", line 88, in <module>
    main()
  File "/home/ann/sweep/train.py", line 41, in main
    weights = table['layer_17']
              ~~~~~^^^^^^^^^^^^
KeyError: 'layer_17'
"""

PYTHON_CHAINED = """\
Traceback (most recent call last):
  File "/home/ann/io.py", line 12, in read
    return json.loads(text)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/ann/run.py", line 3, in <module>
    read('/data/2024/a_003.json')
  File "/home/ann/io.py", line 14, in read
    raise DataError(f"cannot read {path}") from error
sweep.errors.DataError: cannot read /data/2024/a_003.json after 3 tries
"""

PYTHON_DURING_HANDLING = """\
Traceback (most recent call last):
  File "a.py", line 2, in <module>
    int('x')
ValueError: invalid literal for int() with base 10: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 4, in <module>
    1 / 0
ZeroDivisionError: division by zero
"""

PYTHON_GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/main.py", line 9, in <module>
  |     raise ExceptionGroup("several", errors)
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +---------------- 2 ----------------
    | TypeError: 2
    +------------------------------------
"""

PYTHON_OTHER_OUTPUT_AFTER = """\
Traceback (most recent call last):
  File "train.py", line 4, in <module>
    raise RuntimeError('loss is nan at step 1042')
RuntimeError: loss is nan at step 1042
wandb: Synced 5 W&B file(s), 0 media file(s)
wandb: Find logs at: ./wandb/run-20240501_101112/logs
"""

PYTHON_LONG_MESSAGE = """\
Traceback (most recent call last):
  File "m.py", line 1, in <module>
ValueError:
  shapes (3, 4) and (5, 6) not aligned
"""

PYTHON_MEMORY = """\
Traceback (most recent call last):
  File "x.py", line 7, in <module>
    a = np.zeros((200000, 200000))
numpy.core._exceptions._ArrayMemoryError: Unable to allocate 298. GiB for an array with shape \
(200000, 200000) and data type float64
"""

TORCH_CUDA = """\
[rank3]: Traceback (most recent call last):
[rank3]:   File "/opt/train.py", line 210, in forward
[rank3]:     x = self.attention(x)
[rank3]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 3 has a total \
capacity of 79.15 GiB of which 1.02 GiB is free.
"""

TORCH_RUN = """\
Traceback (most recent call last):
  File "/opt/worker.py", line 5, in <module>
    raise ValueError("bad batch 17")
ValueError: bad batch 17
E0501 10:11:12.131 torch/distributed/elastic/multiprocessing/api.py:826] failed (exitcode: 1)
"""

TQDM = (
    "\r  0%|          | 0/100 [00:00<?, ?it/s]\r 42%|####      | 42/100 [00:03<00:04, 13.2it/s]"
    "\rstopped: the sensor refused the connection\n 42%|####      | 42/100 [00:03<00:04]\n"
)

WARNINGS_ONLY = """\
/opt/env/lib/python3.11/site-packages/a.py:12: FutureWarning: x is deprecated
  warnings.warn("x is deprecated", FutureWarning)
"""

BASH_NOT_FOUND = "bash: line 1: samtools: command not found\n"
BASH_NO_FILE = "cat: /scratch/9123/in_0007.txt: No such file or directory\n"
BASH_KILLED = "bash: line 1: 312345 Killed                  ./simulate --seed 17\n"
BASH_SEGFAULT = "bash: line 1:  4242 Segmentation fault      (core dumped) ./solver mesh_17.vtk\n"
BASH_DISK = """\
cp: error writing '/scratch/tmp/x_17.bin': No space left on device
ERROR: stage 3 failed
"""

R_ERROR = """\
Loading required package: Matrix
Error in solve.default(A, b) :
  system is computationally singular: reciprocal condition number = 1.2e-17
Calls: fit -> solve -> solve.default
Execution halted
"""
R_PACKAGE = """\
Error in library(lme4) : there is no package called \u2018lme4\u2019
Execution halted
"""
R_MEMORY = "Error: cannot allocate vector of size 7.5 Gb\nExecution halted\n"

JULIA = """\
ERROR: LoadError: DomainError with -1.5:
sqrt was called with a negative real argument but will only return a complex result.
Stacktrace:
 [1] throw_complex_domainerror(f::Symbol, x::Float64)
   @ Base.Math ./math.jl:33
 [2] top-level scope
   @ /home/ann/model.jl:12
in expression starting at /home/ann/model.jl:12
"""

JAVA = """\
Exception in thread "main" java.lang.RuntimeException: cannot start
\tat com.acme.Main.run(Main.java:17)
\tat com.acme.Main.main(Main.java:5)
Caused by: java.io.FileNotFoundException: /data/in_4.txt (No such file or directory)
\tat java.base/java.io.FileInputStream.open0(Native Method)
\t... 12 more
"""

RUST = """\
thread 'main' panicked at src/main.rs:14:9:
index out of bounds: the len is 3 but the index is 17
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""

GO = """\
panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.main()
\t/home/ann/main.go:9 +0x1d
exit status 2
"""

NODE = """\
/srv/app/job_17.js:3
    throw new Error("no shard 17")
    ^

Error: no shard 17
    at Object.<anonymous> (/srv/app/job_17.js:3:9)
    at Module._compile (node:internal/modules/cjs/loader:1356:14)

Node.js v20.11.1
"""

CPP_THROW = """\
terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 17) >= this->size() (which is 3)
Aborted (core dumped)
"""
CPP_BAD_ALLOC = """\
terminate called after throwing an instance of 'std::bad_alloc'
  what():  std::bad_alloc
"""
C_ASSERT = "solver: grid.c:118: refine: Assertion `n > 0' failed.\nAborted (core dumped)\n"

FORTRAN = """\
At line 212 of file step.f90 (unit = 11, file = 'state_0017.dat')
Fortran runtime error: End of file

Error termination. Backtrace:
#0  0x7f2a4c5d in ???
"""

MPI = """\
[c14-n03:21733] *** Process received signal ***
[c14-n03:21733] Signal: Segmentation fault (11)
[c14-n03:21733] Signal code: Address not mapped (1)
[c14-n03:21733] Failing at address: 0x7ffd0010
[c14-n03:21733] [ 0] /lib/x86_64-linux-gnu/libpthread.so.0(+0x12980)[0x7f1]
[c14-n03:21733] *** End of error message ***
--------------------------------------------------------------------------
mpirun noticed that process rank 2 with PID 0 on node c14-n03 exited on signal 11.
--------------------------------------------------------------------------
"""
MPI_ABORT = """\
MPI_ABORT was invoked on rank 3 in communicator MPI_COMM_WORLD
with errorcode 17.

NOTE: invoking MPI_ABORT causes Open MPI to stop all MPI processes.
"""

SLURM_OOM = """\
slurmstepd: error: Detected 1 oom_kill event in StepId=48213.batch. Some of the step tasks have \
been OOM Killed.
srun: error: c14-n03: task 0: Out Of Memory
"""
SLURM_TIME = """\
slurmstepd: error: *** JOB 48213 ON c14-n03 CANCELLED AT 2024-05-01T10:11:12 DUE TO TIME LIMIT ***
"""
KERNEL_OOM = "[123.4] Out of memory: Killed process 4711 (python) total-vm:9123456kB\n"

MAKE = """\
gcc -c mesh_3.c
mesh_3.c:17:5: error: 'dx' undeclared (first use in this function)
make[1]: *** [Makefile:12: mesh_3.o] Error 1
make: *** [Makefile:4: all] Error 2
"""
MAKE_ONLY = "make: *** [Makefile:4: out_17] Error 2\n"

PERL = "Can't open '/data/x_4.csv' for reading at parse.pl line 17.\n"
SSH = "ssh: connect to host 10.0.3.17 port 22: Connection refused\n"
HTTP = "urllib.error.HTTPError: HTTP Error 404: Not Found\n"
LOGGED = "2024-05-01 10:11:12,345 - pipeline.fit - ERROR - no convergence after 500 iterations\n"
COLORS = "\x1b[31mERROR\x1b[0m: bucket \x1b[1mb17\x1b[0m is empty\n"
LINKER = "./solver: error while loading shared libraries: libfftw3.so.3: cannot open shared object \
file: No such file or directory\n"
