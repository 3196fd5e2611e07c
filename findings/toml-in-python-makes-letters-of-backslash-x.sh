#!/usr/bin/env bash
# Python's toml 0.10.2: it writes the backslash of \x41 as an escape, so that text comes back as A; and C:\x86, as in a Windows folder of containerd, as
# it is, which is no TOML. A backslash has to be doubled, as it is before other letters, and as tomlkit 0.15.2 does.
. "$(dirname "$0")/lib.bash"
python_with toml==0.10.2 tomlkit==0.15.2
cat >ask.py <<'PY'
import toml, tomlkit, tomllib

for library in toml, tomlkit:
    for text in "\\x41", "C:\\x86", "C:\\y86":
        written = library.dumps({"root": text}).strip()
        try:
            print(library.__name__, text, written, tomllib.loads(written)["root"])
        except tomllib.TOMLDecodeError:
            print(library.__name__, text, written, "is an error")
PY
expect 'texts written, and read again' 'toml \x41 root = "\u0041" A
toml C:\x86 root = "C:\x86" is an error
toml C:\y86 root = "C:\\y86" C:\y86
tomlkit \x41 root = "\\x41" \x41
tomlkit C:\x86 root = "C:\\x86" C:\x86
tomlkit C:\y86 root = "C:\\y86" C:\y86' "$(venv/bin/python ask.py)"
