#!/usr/bin/env bash
# jsonnet 0.22.0 (the package for Python): std.base64 of a text encodes the numbers of its characters as bytes, which is Latin-1, and not
# the bytes of its UTF-8. A Secret made so holds other bytes than its text; std.base64(std.encodeUTF8(text)) holds the right ones.
. "$(dirname "$0")/lib.bash"
python_with jsonnet==0.22.0
cat >secret.jsonnet <<'JSONNET'
[std.base64('müller'), std.base64(std.encodeUTF8('müller'))]
JSONNET
expect "a text, and its UTF-8" '["bfxsbGVy","bcO8bGxlcg=="] of which the first is no UTF-8' "$(venv/bin/python -c 'import _jsonnet, base64, json
texts = json.loads(_jsonnet.evaluate_file("secret.jsonnet"))
try: base64.b64decode(texts[0]).decode()
except UnicodeDecodeError: print(json.dumps(texts, separators=",:"), "of which the first is no UTF-8")')"
