#!/usr/bin/env bash
# Python's dockerfile-parse 2.0.1 and npm's docker-file-parser 1.0.7: RUN <<EOF, a here-document in Docker's reference, holds the lines up to EOF. They
# take these for instructions of their own, ECHO and EOF, without an error. npm's dockerfile-ast 0.7.1 has two instructions.
. "$(dirname "$0")/lib.bash"
npm_with docker-file-parser@1.0.7 dockerfile-ast@0.7.1
python_with dockerfile-parse==2.0.1
printf '%s\n' 'FROM alpine' 'RUN <<EOF' 'echo hello' 'EOF' >Dockerfile
cat >ask.cjs <<'JS'
const { DockerfileParser } = require('dockerfile-ast');
const { parse } = require('docker-file-parser');

const text = require('fs').readFileSync('Dockerfile', 'utf8');
console.log(...parse(text).map((instruction) => instruction.name));
console.log(...DockerfileParser.parse(text).getInstructions().map((instruction) => instruction.getKeyword()));
JS
expect "docker-file-parser, dockerfile-ast" 'FROM RUN ECHO EOF
FROM RUN' "$(node ask.cjs)"
expect "dockerfile-parse" 'FROM RUN ECHO EOF' "$(venv/bin/python -c 'from dockerfile_parse import DockerfileParser
print(*(each["instruction"] for each in DockerfileParser(path="Dockerfile").structure))')"
