"""Runs a command and writes what it used.

    python3 measure.py RESULT.json COMMAND [ARGUMENT...]

Wall is from before the process is made to after it is reaped. CPU is user + system time of it and of all its descendants
that were waited for; rssKib is the peak of the largest process among them (getrusage). Ends as the command ended.
"""

import json
import os
import sys
import time

KIB_PER_UNIT = 1024 if sys.platform == "darwin" else 1

result, *command = sys.argv[1:]
start = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - start
with open(result, "w", encoding="utf-8") as file:
    measured = {"wallS": wall, "userS": usage.ru_utime, "systemS": usage.ru_stime, "rssKib": usage.ru_maxrss // KIB_PER_UNIT}
    json.dump(measured, file)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
