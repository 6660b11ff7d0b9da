"""The socket table that lessons show: only the rows that were asked for, in the order they were asked for."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from autograde.lessons import socket_table

on_linux = pytest.mark.skipif(not socket_table.TABLE.exists(), reason="this system has no such table")


@on_linux
def test_the_rows_of_a_live_conversation() -> None:
    """The listening socket first, then its side of the connection, then the other side."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as caller:
        line, _ = door.accept()
        ports = door.getsockname()[1], caller.getsockname()[1]
        with line:
            assert socket_table.states(*ports) == ["LISTEN", "ESTABLISHED", "ESTABLISHED"]
            assert socket_table.states(ports[0]) == ["LISTEN"]  # its connection has a port that was not asked for
        rows = [row.split()[1:3] for row in socket_table.lines(*ports)]
    assert rows[1] == rows[2][::-1]
    assert [int(local.split(":")[1], 16) for local, _ in rows] == [ports[0], *ports]


@on_linux
def test_a_state_that_passes_is_waited_out() -> None:
    """The ACK of a FIN may come 40 ms late; every time it is FIN-WAIT-2 that is reported, never FIN-WAIT-1."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        for _ in range(20):
            with socket.create_connection(door.getsockname()) as caller, door.accept()[0]:
                caller.shutdown(socket.SHUT_WR)
                found = socket_table.states(door.getsockname()[1], caller.getsockname()[1])
                assert found == ["LISTEN", "CLOSE-WAIT", "FIN-WAIT-2"]


@on_linux
def test_waiting_for_a_state_has_an_end() -> None:
    """Bytes that nobody reads keep the FIN behind them from going out: FIN-WAIT-1 lasts."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as caller:
        line, _ = door.accept()
        ports = door.getsockname()[1], caller.getsockname()[1]
        with line:
            caller.settimeout(0.1)
            with pytest.raises(TimeoutError):
                caller.sendall(bytes(50_000_000))
            caller.close()
            assert socket_table.states(*ports, patience=0.1) == ["LISTEN", "ESTABLISHED", "FIN-WAIT-1"]


@on_linux
def test_a_port_that_nobody_has_has_no_rows() -> None:
    """And so no state."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert socket_table.states(unused.getsockname()[1]) == []


def test_elsewhere_a_record_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """One server and two connections to it, with the ports asked for, in the same order as live ones."""
    monkeypatch.setattr(socket_table, "TABLE", Path("/no/such/table"))
    rows = [row.split()[1:4] for row in socket_table.lines(8000, 40002, 40001)]
    ends = [[int(end.split(":")[1], 16) for end in row[:2]] for row in rows]
    assert ends == [[8000, 0], [8000, 40002], [8000, 40001], [40002, 8000], [40001, 8000]]
    assert [row[2] for row in rows] == ["0A", "01", "01", "01", "01"]
    assert socket_table.states(8000) == []
