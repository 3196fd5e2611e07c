#!/usr/bin/env bash
# Python's dockerfile-parse 2.0.1: a Dockerfile may give a default, ${version:-2}, for what is not set, or ${version:+x} for what is, Docker's
# reference says. It puts the value, or nothing, in place of the name alone, so an image is called node:1:-2}, without an error.
. "$(dirname "$0")/lib.bash"
python_with dockerfile-parse==2.0.1
cat >ask.py <<'PY'
from dockerfile_parse import DockerfileParser

parser = DockerfileParser(path="Dockerfile")
parser.content = "ARG version=1\nFROM node:$version AS one\nFROM node:${version:-2} AS two\nFROM node:${other:-3} AS three\n"
print(*parser.parent_images)
PY
expect "images of FROM node:\$version, node:\${version:-2} and node:\${other:-3}" 'node:1 node:1:-2} node::-3}' "$(venv/bin/python ask.py)"
