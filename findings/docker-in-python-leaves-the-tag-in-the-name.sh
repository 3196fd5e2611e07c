#!/usr/bin/env bash
# Python's docker 7.2.0: an image may be named with a tag and a digest. Its parse_repository_tag returns the tag as a part of the name then, which no
# name can hold, since of two it looks for one only. npm's parse-docker-image-name 3.0.0 finds all three.
. "$(dirname "$0")/lib.bash"
python_with docker==7.2.0
npm_with parse-docker-image-name@3.0.0
image=node.example/team/agent:1.2@sha256:$(printf 'agent' | sha256sum | cut -d' ' -f1)
expect "docker" "node.example/team/agent:1.2" "$(venv/bin/python -c 'import sys, docker.utils
print(docker.utils.parse_repository_tag(sys.argv[1])[0])' "$image")"
expect "parse-docker-image-name" "node.example team/agent 1.2" "$(node -e 'const parse = require("parse-docker-image-name");
const { domain, path, tag } = (parse.default ?? parse)(process.argv[1]);
console.log(domain, path, tag);' "$image")"
