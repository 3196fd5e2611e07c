#!/usr/bin/env bash
# Python's toml 0.10.2: it writes the backslash of \x41 as an escape, so that text comes back as A; and C:\x86, as in a Windows folder of containerd, as
# it is, which is an error in TOML 1.0 and another text in 1.1. A backslash has to be doubled, as before other letters, and as tomlkit 0.15.2 does.
. "$(dirname "$0")/lib.bash"
python_with toml==0.10.2 tomlkit==0.15.2 tomli==2.2.1
cat >ask.py <<'PY'
import toml, tomlkit, tomli

for library in toml, tomlkit:
    for text in "\\x41", "C:\\x86", "C:\\y86":
        written = library.dumps({"root": text}).strip()
        try:
            print(library.__name__, text, written, tomli.loads(written)["root"])
        except tomli.TOMLDecodeError:
            print(library.__name__, text, written, "is an error")
PY
expect 'texts written, and read again' 'toml \x41 root = "\u0041" A
toml C:\x86 root = "C:\x86" is an error
toml C:\y86 root = "C:\\y86" C:\y86
tomlkit \x41 root = "\\x41" \x41
tomlkit C:\x86 root = "C:\\x86" C:\x86
tomlkit C:\y86 root = "C:\\y86" C:\y86' "$(venv/bin/python ask.py)"
