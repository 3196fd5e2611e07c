#!/usr/bin/env bash
# Python's univers 32.0.1, with which one finds vulnerable versions: k3s versions its nodes with build metadata, v1.30.4+k3s1. That is in no range
# that begins at v1.30.4, as it is neither equal to it nor less nor more, though Semantic Versioning ignores it in comparisons. Neither is a Debian
# version with a zero in front of a number: 2024.01, which dpkg has equal to 2024.1.
. "$(dirname "$0")/lib.bash"
python_with univers==32.0.1
cat >ask.py <<'PY'
from univers.version_range import VersionRange
from univers.versions import DebianVersion, GolangVersion

for kind, text, bound, same in [
    (GolangVersion, "vers:golang/>=v1.30.4|<v1.31.0", "v1.30.4", "v1.30.4+k3s1"),
    (DebianVersion, "vers:deb/>=2024.1|<2025.1", "2024.1", "2024.01"),
]:
    members = VersionRange.from_string(text)
    print(text, *((version, kind(version) in members) for version in (bound, same)))
    print(kind(bound) == kind(same), kind(bound) < kind(same), kind(bound) > kind(same))
PY
expect "members of ranges, and how two versions compare" "vers:golang/>=v1.30.4|<v1.31.0 ('v1.30.4', True) ('v1.30.4+k3s1', False)
False False False
vers:deb/>=2024.1|<2025.1 ('2024.1', True) ('2024.01', False)
False False False" "$(venv/bin/python ask.py)"
