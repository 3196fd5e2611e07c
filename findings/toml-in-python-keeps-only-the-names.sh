#!/usr/bin/env bash
# Python's toml 0.10.2: of tables in a list within a list it writes the names only, without an error: the values are lost. tomlkit 0.15.2 writes
# inline tables, as we expected.
. "$(dirname "$0")/lib.bash"
python_with toml==0.10.2 tomlkit==0.15.2 tomli==2.2.1
cat >ask.py <<'PY'
import toml, tomlkit, tomli

for library in toml, tomlkit:
    print(library.__name__, tomli.loads(library.dumps({"groups": [[{"host": "node1", "port": 80}]]})))
PY
expect 'one group with the host node1 at port 80, written and read again' "toml {'groups': [[['host', 'port']]]}
tomlkit {'groups': [[{'host': 'node1', 'port': 80}]]}" "$(venv/bin/python ask.py)"
