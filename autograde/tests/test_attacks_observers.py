"""The observers of attacks see what they are there to see: each kind of trace is planted once, and found."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograde.tests.attacks.corpus import CONFESSED
from autograde.tests.attacks.targets import Targets, targets
from autograde.tests.attacks.themes import ATTACKS
from autograde.tests.attacks.world import everything, leaks_of, look, student_of

ATTACK, OTHER = ATTACKS[:2]


def visit(family: int, address: object, said: str) -> bytes:
    """What a canary server says."""
    with socket.socket(family) as sock:
        sock.connect(address)  # type: ignore[arg-type]
        sock.sendall(said.encode())
        return sock.recv(100)


def plant(aim: Targets, mark: str) -> None:
    """Change, visit and leave everything once, under this mark."""
    with (aim.home / ".bashrc").open("a") as file:
        file.write(f"# {mark}\n")
    (aim.outside / mark).touch()
    Path(f"/tmp/{mark}").touch()
    for family, address in ((socket.AF_INET, ("127.0.0.1", aim.port)), (socket.AF_UNIX, "\0" + aim.abstract)):
        assert aim.secrets["server"].encode() in visit(family, address, mark)
    while len(aim.visits) < 2:
        time.sleep(0.01)


def test_what_is_changed_or_left_is_laid_at_the_right_door(tmp_path: Path) -> None:
    """Files, visits and processes that carry a mark belong to its attack, and to no other."""
    with targets(tmp_path) as aim:
        before = everything(aim)
        tail = ATTACK.tail(aim.run)
        plant(aim, f"lb-{ATTACK.name}-{tail}")
        naming = f"open('/proc/self/comm', 'w').write('{tail}'); print(flush=True); input()"
        stays = subprocess.Popen(
            [sys.executable, "-c", naming], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=aim.environment()
        )
        assert stays.stdin and stays.stdout and stays.stdout.readline()
        seen, unclaimed = look(aim, [ATTACK, OTHER], before)
        assert stays.wait() == -signal.SIGKILL
        stays.stdin.close()
        stays.stdout.close()
        assert any(name.startswith("home/") for name in seen[ATTACK.name].changes)
        assert any(name.startswith("outside/") for name in seen[ATTACK.name].changes)
        assert "a service was visited" in seen[ATTACK.name].changes
        assert {"a file in /tmp", "process …"} == seen[ATTACK.name].left
        assert not seen[OTHER.name] and unclaimed == []
        assert not os.path.exists(f"/tmp/lb-{ATTACK.name}-{tail}")


def test_what_carries_no_mark_is_told_as_well(tmp_path: Path) -> None:
    """A signal to the sentinel, a file that is gone."""
    with targets(tmp_path) as aim:
        before = everything(aim)
        os.kill(aim.sentinel, signal.SIGTERM)
        (aim.home / ".netrc").unlink()
        while not aim.log.read_text():
            time.sleep(0.01)
        seen, unclaimed = look(aim, [ATTACK, OTHER], before)
        assert not any(seen.values())
        assert "changes: home/.netrc" in unclaimed
        assert "changes: a process of the instructor's got a signal" in unclaimed


@pytest.mark.parametrize("text", ["secret", "confession", "script", "attribute", "flood"])
def test_what_leaks_into_a_page_is_seen(tmp_path: Path, text: str) -> None:
    """Secrets, confessions, HTML that runs, and floods; not an attack's own source as text."""
    with targets(tmp_path) as aim:
        mark = f"lb-x-{ATTACK.tail(aim.run)}"
        page = aim.course / "feedback" / student_of(ATTACK) / "1-fundamentals" / "1.9-double.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<pre>confess("x") &lt;script&gt;{mark}&lt;/script&gt;</pre>')
        assert leaks_of(aim, student_of(ATTACK)) == set()
        planted = {
            "secret": aim.secrets["hidden"], "confession": CONFESSED + " x", "script": f"<script>{mark}</script>",
            "attribute": f'<img src="x" onerror="{mark}">', "flood": "x" * 4_000_000,
        }[text]  # fmt: skip
        page.write_text(planted)
        assert leaks_of(aim, student_of(ATTACK))
