#!/usr/bin/env bash
# Python's kubernetes 37.0.2 and lightkube 1.0.1: they write a MicroTime (renewTime of a Lease) without a fraction if it falls on a whole second, even
# if they have read one with six zeros. Kubernetes takes six digits only, so one such write in a million is refused.
. "$(dirname "$0")/lib.bash"
python_with kubernetes==37.0.2 lightkube==1.0.1
cat >ask.py <<'PY'
import datetime

from kubernetes import client
from lightkube.models.coordination_v1 import LeaseSpec

for microsecond in (1, 0):
    now = datetime.datetime(2026, 1, 1, 12, 0, 0, microsecond, datetime.timezone.utc)
    print("kubernetes", client.ApiClient().sanitize_for_serialization(client.V1LeaseSpec(renew_time=now)))
    print("lightkube ", LeaseSpec(renewTime=now).to_dict())
print("lightkube ", LeaseSpec.from_dict({"renewTime": "2026-01-01T12:00:00.000000Z"}).to_dict())
PY
expect "leases, a microsecond after noon and at noon" "kubernetes {'renewTime': '2026-01-01T12:00:00.000001+00:00'}
lightkube  {'renewTime': '2026-01-01T12:00:00.000001Z'}
kubernetes {'renewTime': '2026-01-01T12:00:00+00:00'}
lightkube  {'renewTime': '2026-01-01T12:00:00Z'}
lightkube  {'renewTime': '2026-01-01T12:00:00Z'}" "$(venv/bin/python ask.py)"
