"""`./invoke serve` as its own process, with the stand-in build: root, port."""

import sys
from pathlib import Path

from tools.errors import ProjectError
from tools.serve import serve
from tools.serve.builder import CommandBuild

root, port = Path(sys.argv[1]), int(sys.argv[2])
script = Path(__file__).with_name("stand_in_build.py")
content = root / "content"
build = CommandBuild(lambda output: [sys.executable, str(script), str(content), str(output)], root)
try:
    serve(content, port, root=root, build=build, watch=[root / "theme", root / "settings.py"])
except ProjectError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
