"""`python -m reliability [NAME …]`: break things on purpose; exit status 1 where a promise broke.

Every module here with a ``run() -> dict`` is a run, with figures as in the benchmarks. Servers
listen on 127.0.0.1 and are ended by their process ids; loads are bounded in count and time.
"""

import sys

import reliability
from benchmarks.__main__ import main

if __name__ == "__main__":
    sys.exit(1 if main(reliability, __doc__) else 0)
