"""The node's real systemd-logind, on a bus of its own. What would be systemd, and switch the machine off, is a stand-in
that does not answer: so a shutdown lasts until the test cancels it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.tools.explained import Explained

LOGIND = Path("/lib/systemd/systemd-logind")
STATE = "/run/systemd"  # logind's own; ours is another one, as we have a mount namespace of our own
SYSTEMD = ("org.freedesktop.systemd1", "/org/freedesktop/systemd1")
MANAGER, MOCK = "org.freedesktop.systemd1.Manager", "org.freedesktop.DBus.Mock"
TARGET, JOB = f"{SYSTEMD[1]}/unit/poweroff_2etarget", f"{SYSTEMD[1]}/job/1"
LOGIN = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


class Logind:
    """Runs until the cluster ends."""

    def __init__(self, cluster: ControlPlane):
        directory = cluster.directory / "bus"
        directory.mkdir()
        self._cancelled = 0
        self.environment = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={directory / 'socket'}"}
        Path(STATE).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "logind", STATE], check=True)
        bus = cluster.run("dbus", ["dbus-daemon", "--config-file", write_config(directory), "--nofork", "--nopidfile"])
        bus.wait_ready((directory / "socket").exists)
        # Debian's own Python has the package.
        stand_in = ["/usr/bin/python3", "-m", "dbusmock", "--system", *SYSTEMD, MANAGER]
        self._systemd = cluster.run("systemd", stand_in, self.environment)
        self._systemd.wait_ready(lambda: SYSTEMD[0] in self._bus("list"))
        self._know_poweroff()
        cluster.run("logind", [LOGIND], self.environment | {"SYSTEMD_LOG_TARGET": "console"}).wait_ready(
            lambda: LOGIN[0] in self._bus("list")
        )

    def power_off(self) -> None:
        """As `systemctl poweroff`: logind tells who has asked for a delay, waits for them, and calls systemd."""
        self._bus("call", *LOGIN, "PowerOff", "b", "false")

    def cancel(self) -> None:
        """systemd gives up: logind says that the machine does not go down. It would not listen before it has asked
        systemd, which it does when all delays have ended."""
        waiting.until(lambda: self._asked() > self._cancelled, "logind to have waited for all", 20)
        self._cancelled = self._asked()
        signal = (MANAGER, "JobRemoved", "uoss", "4", "u", "1", "o", JOB, "s", "poweroff.target", "s", "canceled")
        self._bus("call", *SYSTEMD, MOCK, "EmitSignal", "sssav", *signal)

    def delayed_by(self) -> str:
        """Who has asked to be waited for, and why."""
        return self._bus("call", *LOGIN, "ListInhibitors")

    def _asked(self) -> int:
        return self._systemd.log.read_text().count("StartUnit")

    def _know_poweroff(self) -> None:
        """logind asks for the unit before it says anything, and starts it in the end."""
        begun = ("StartUnit", "ss", "o", f'ret = dbus.ObjectPath("{JOB}")')
        self._bus("call", *SYSTEMD, MOCK, "AddMethod", "sssss", MANAGER, *begun)
        unit = (TARGET, "org.freedesktop.systemd1.Unit", "1", "LoadState", "s", "loaded", "0")
        self._bus("call", *SYSTEMD, MOCK, "AddObject", "ssa{sv}a(ssss)", *unit)

    def _bus(self, *arguments: str) -> str:
        done = subprocess.run(
            ["busctl", *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=30
        )
        if done.returncode != 0:
            raise Explained(f"busctl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout


def write_config(directory: Path) -> Path:
    """Whoever is in our namespaces may do everything."""
    path = directory / "bus.conf"
    path.write_text(
        f"""<busconfig>
  <type>system</type>
  <listen>unix:path={directory / "socket"}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
"""
    )
    return path
