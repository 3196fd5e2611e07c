#!/usr/bin/env bash
# KCL (Python's kcl-lib 0.13.2): what its units make of a number for a quantity is rounded down to a whole one, without an error. 1.5 GiB become "1Gi",
# and 512 MiB become "0Gi".
. "$(dirname "$0")/lib.bash"
python_with kcl-lib==0.13.2
cat >main.k <<'KCL'
import units

one_and_a_half = units.to_Gi(1610612736)
half = units.to_Gi(536870912)
almost_two = units.to_K(1999)
quarter = units.to_m(0.25)
KCL
cat >ask.py <<'PY'
import kcl_lib.api as kcl

print(kcl.API().exec_program(kcl.ExecProgramArgs(k_filename_list=["main.k"])).yaml_result)
PY
expect "as quantities" "one_and_a_half: '1Gi'
half: '0Gi'
almost_two: '1K'
quarter: '250m'" "$(venv/bin/python ask.py)"
