"""A build for the tests: copies a folder of pages, takes its time, or fails, as the folder says.

`fault.txt` in the content: say what it holds, and fail. `slow.txt`: take that many seconds.
`stubborn.txt`: take no notice when asked to end, and have a child that does the same.
Each start and good end is a line of `builds.log` beside the content.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

content, output = Path(sys.argv[1]), Path(sys.argv[2])
log = content.parent / "builds.log"
SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def note(line: str) -> None:
    with log.open("a") as lines:
        lines.write(f"{line} {os.getpid()}\n")


# Asked before the start is told, so that what a test does next cannot change the answer.
slow = content / "slow.txt"
seconds = float(slow.read_text() or 5) if slow.exists() else 0.0
note("start")
text = {page: page.read_bytes() for page in content.rglob("*") if page.is_file()}
if (content / "stubborn.txt").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(f"child {subprocess.Popen([sys.executable, '-c', SLEEPER]).pid}")
    time.sleep(60)
time.sleep(seconds)
if (fault := content / "fault.txt").exists():
    print(fault.read_text())
    sys.exit(1)
shutil.copytree(content, output, dirs_exist_ok=True)
for page, was in text.items():
    (output / page.relative_to(content)).write_bytes(was)
note("end")
