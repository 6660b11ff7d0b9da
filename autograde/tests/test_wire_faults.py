"""Every fault of the catalogue, made by our code and seen by something else: plain sockets, tcpdump, the system.

F03 is in test_wire_splits.py, F09, F27 and F28 in test_examiner_limits.py, F14 to F18 in test_wire_datagrams.py, the
certificates of F29 are in test_servers_certificates.py.
"""

from __future__ import annotations

import gzip
import inspect
import re
import socket
import time
import zlib
from random import Random

import pytest

import autograde
from autograde.examiner.examinee.limits import LIMITS
from autograde.tests.observers import capture, nothing_remains, read_all
from autograde.wire.codes import FAULTS
from autograde.wire.crowd import crowd
from autograde.wire.passage import passes
from autograde.wire.peer import client, peer
from autograde.wire.places import black_hole, closed_port
from autograde.wire.relay import relay
from autograde.wire.samples import (
    Sample,
    bad_texts,
    bit_flips,
    bombs,
    hostile_names,
    lying_numbers,
    near_misses,
    truncations,
)
from autograde.wire.steps import Step, expects, sends
from autograde.wire.stop import stop_signal
from autograde.wire.stream_faults import (
    coalesces,
    cuts_off_after,
    ends_at_once,
    half_closes,
    never_reads,
    resets,
    runs_ahead,
    stalls,
    trickles,
    vanishes,
)

pytestmark = pytest.mark.usefixtures(nothing_remains.__name__)


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_has_its_units_and_they_carry_its_code(code: str) -> None:
    """What the table names can be imported from autograde, or is a limit, and its docstring says which fault it is."""
    for name in FAULTS[code].by:
        limit = re.fullmatch(r"limits\((\w+)\)", name)
        unit = LIMITS[limit[1]] if limit else getattr(autograde, name)
        assert code in (inspect.getdoc(unit) or ""), name


def test_no_unit_claims_a_fault_that_the_table_does_not_give_it() -> None:
    """The other way round: a docstring that begins with a code belongs to a unit of that code."""
    for name in autograde.__all__:
        doc = inspect.getdoc(getattr(autograde, name)) or ""
        claimed = re.match(r"(F\d\d(, F\d\d)*):", doc)
        for code in claimed[1].split(", ") if claimed else ():
            assert name in FAULTS[code].by, f"{name} says {code}"


def talked_to(*script: Step) -> bytes | type[BaseException]:
    """What a plain client reads from a scripted server, or how that ends."""
    with peer(*script) as server, socket.create_connection((server.host, server.port), timeout=5) as sock:
        try:
            return read_all(sock)
        except OSError as error:
            return type(error)


def segments_of(server: peer | relay) -> list[int]:
    """The sizes of the segments in which tcpdump sees b"hello" leave."""
    with capture(server.port) as seen:
        assert_reads(server.address, b"hello")
    return [each.length for each in seen.from_port(server.port) if each.length]


def test_f01_a_trickle_travels_in_segments_of_one_byte() -> None:
    """tcpdump sees one byte in each, from a peer and from a relay; a busy system may put two together now and then."""
    from_a_peer: list[list[int]] = []
    through_a_relay: list[list[int]] = []
    while [1] * 5 not in from_a_peer and len(from_a_peer) < 5:
        with peer(trickles(b"hello"), half_closes()) as server:
            from_a_peer.append(segments_of(server))
    while [1] * 5 not in through_a_relay and len(through_a_relay) < 5:
        with peer(sends(b"hello")) as server, relay(server.address, to_student=[passes(at_a_time=1)]) as line:
            through_a_relay.append(segments_of(line))
    assert [1] * 5 in from_a_peer and [1] * 5 in through_a_relay


def assert_reads(address: object, data: bytes) -> None:
    """A plain client reads exactly this, and the end."""
    with socket.create_connection(address, timeout=5) as sock:  # type: ignore[arg-type]
        assert read_all(sock) == data


def test_f02_coalesced_messages_travel_in_one_segment() -> None:
    """tcpdump sees one segment with all of them."""
    with peer(coalesces(b"one\n", b"two\n"), half_closes()) as server, capture(server.port) as seen:
        assert_reads(server.address, b"one\ntwo\n")
    assert [each.length for each in seen.from_port(server.port) if each.length] == [8]


def test_f04_a_reset_is_a_segment_with_the_rst_flag() -> None:
    """tcpdump sees the data and then R, and no FIN."""
    with peer(expects(b"go"), sends(b"half"), resets()) as server, capture(server.port) as seen:
        with socket.create_connection((server.host, server.port), timeout=5) as sock:
            sock.sendall(b"go")  # or the reset could come while the connection is still being made
            with pytest.raises(ConnectionResetError):
                read_all(sock)
    flags = [each.flags for each in seen.from_port(server.port)]
    assert flags[-1].startswith("R") and not any("F" in each for each in flags)


def test_f05_an_early_end_is_a_fin() -> None:
    """tcpdump sees three bytes and an orderly end."""
    with peer(cuts_off_after(3, b"hello")) as server, capture(server.port) as seen:
        assert_reads(server.address, b"hel")
    segments = seen.from_port(server.port)
    assert sum(each.length for each in segments) == 3
    assert any("F" in each.flags for each in segments) and not any("R" in each.flags for each in segments)


def test_f06_a_silent_peer_sends_no_payload_at_all() -> None:
    """tcpdump sees the handshake and acknowledgements, not one byte."""
    with peer(stalls()) as server, capture(server.port) as seen:
        with socket.create_connection((server.host, server.port), timeout=0.05) as sock, pytest.raises(TimeoutError):
            sock.recv(1)
    assert sum(each.length for each in seen.from_port(server.port)) == 0


def test_f08_a_reader_that_never_reads_stops_a_sender() -> None:
    """A plain socket can hand over what the buffers take, and then nothing more."""
    with peer(never_reads(), receive_buffer=4096) as server:
        with socket.create_connection((server.host, server.port), timeout=0.1) as sock:
            taken = 0
            with pytest.raises(TimeoutError):
                while taken < 100_000_000:
                    taken += sock.send(bytes(65536))
            assert 0 < taken < 100_000_000


def test_f12_a_closed_port_refuses_streams_and_datagrams() -> None:
    """For TCP at once; for UDP a connected sender is told after its first datagram."""
    with closed_port() as address, pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    with closed_port(datagrams=True) as address, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(address)
        sock.send(b"anybody?")
        with pytest.raises(ConnectionRefusedError):
            sock.recv(9)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_f13_a_black_hole_answers_nothing(host: str) -> None:
    """A plain client times out, again and again, and tcpdump sees its SYN without an answer."""
    with black_hole(host) as address:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                socket.create_connection(address, timeout=0.1)
        with capture(address[1]) as seen, pytest.raises(TimeoutError):
            socket.create_connection(address, timeout=0.1)
    attempts = [each for each in seen.segments if each.to == address[1] and each.flags == "S"]
    assert attempts
    ports = {each.source for each in attempts}
    assert not [each for each in seen.from_port(address[1]) if each.to in ports]


def test_f19_a_half_close_is_a_fin_before_the_last_bytes_of_the_other_side() -> None:
    """A plain client reads the end and is still heard."""
    with peer(half_closes(), expects(b"still there", then_eof=True)) as server:
        with socket.create_connection((server.host, server.port), timeout=5) as sock:
            assert read_all(sock) == b""
            sock.sendall(b"still there")


def test_f20_the_next_message_is_already_there() -> None:
    """One segment holds both."""
    with peer(runs_ahead(b"first", b"sec"), half_closes()) as server, capture(server.port) as seen:
        assert_reads(server.address, b"firstsec")
    assert [each.length for each in seen.from_port(server.port) if each.length] == [8]


def test_f21_an_empty_reply_is_an_end_and_nothing_else() -> None:
    """Not a byte, no reset."""
    assert talked_to(ends_at_once()) == b""


@pytest.mark.parametrize("sample", bad_texts(), ids=str)
def test_f11_bad_text_is_refused_by_a_strict_decoder(sample: Sample[bytes]) -> None:
    """Python's own decoder says so, but for the NUL, which is text that few expect."""
    if "NUL" in sample.name:
        assert "\0" in sample.data.decode()
    else:
        with pytest.raises(UnicodeDecodeError):
            sample.data.decode()


def test_f22_hostile_names_leave_a_folder_if_nobody_looks() -> None:
    """Joined to a folder as they are, several of them lie outside; none is empty by accident; all differ."""
    import posixpath
    import urllib.parse

    names = [sample.data for sample in hostile_names()]
    assert len(set(names)) == len(names) >= 15
    outside = [
        name for name in names if not posixpath.normpath(posixpath.join("/srv/files", name)).startswith("/srv/files")
    ]
    inside = [name for name in names if name not in outside]
    hidden = [name for name in inside if ".." in urllib.parse.unquote(urllib.parse.unquote(name))]
    assert len(outside) >= 5 and len(hidden) >= 4


def test_f23_bombs_are_small_and_become_huge() -> None:
    """The standard library's decompressors confirm what is inside."""
    by_name = {sample.name: sample.data for sample in bombs(1_000_000)}
    assert all(len(data) < 250_000 for data in by_name.values())
    assert len(gzip.decompress(by_name["gzip of zeros"])) == 1_000_000
    assert gzip.decompress(gzip.decompress(by_name["gzip within gzip"])) == bytes(1_000_000)
    assert len(zlib.decompress(by_name["zlib of zeros"])) == 1_000_000
    assert len(zlib.decompress(by_name["raw deflate of zeros"], -15)) == 1_000_000
    assert by_name["XML entities that multiply"].count(b"ENTITY") == 9


def test_f24_a_crowd_is_there_all_at_once() -> None:
    """A plain listener has every client in its queue before any of them has sent a byte."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        with crowd(20, listener.getsockname(), lambda number: [sends(b"%d" % number), expects(b"bye")]):
            callers = [listener.accept()[0] for _ in range(20)]
            assert sorted(int(caller.recv(9)) for caller in callers) == list(range(1, 21))
            for caller in callers:
                caller.sendall(b"bye")
                caller.close()


def test_f25_a_vanishing_client_resets() -> None:
    """A plain server gets the bytes and then the reset."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with client(listener.getsockname(), sends(b"GET /"), vanishes()):
            sock, _ = listener.accept()
            with sock, pytest.raises(ConnectionResetError):
                read_all(sock)


def test_f26_a_stop_signal_becomes_readable_and_stays_so() -> None:
    """Select finds it, however often it looks, and only after it was given."""
    import select

    with stop_signal() as stop:
        assert select.select([stop.socket], [], [], 0)[0] == []
        stop.now()
        assert all(select.select([stop.socket], [], [], 5)[0] for _ in range(3))


def test_f29_near_misses_are_near_and_miss() -> None:
    """None of them is the secret, all differ, whatever the seed."""
    for seed in range(200):
        secret = Random(seed).randbytes(2 + seed % 20)
        missed = [sample.data for sample in near_misses(secret, Random(seed))]
        assert secret not in missed


def test_f30_malformed_structures() -> None:
    """Every truncation, every flipped bit, and numbers that lie; the true one is not among them."""
    data = b"\x00\x03abc"
    assert [sample.data for sample in truncations(data)] == [b"", b"\x00", b"\x00\x03", b"\x00\x03a", b"\x00\x03ab"]
    flipped = [sample.data for sample in bit_flips(data)]
    assert len(set(flipped)) == len(data) * 8 and data not in flipped
    lies = [int.from_bytes(sample.data[:2], "big") for sample in lying_numbers(data, at=0, width=2)]
    assert lies == [0, 2, 4, 6, 65535]
    assert all(sample.data[2:] == b"abc" for sample in lying_numbers(data, at=0, width=2))


def test_f07_f10_endless_senders_never_pause_for_good() -> None:
    """A drip keeps resetting a timeout of one call; a flood comes faster than it is read."""
    from autograde.wire.stream_faults import drips, floods

    with peer(drips(b".", every=0.01)) as server, socket.create_connection(server.address, timeout=0.5) as sock:  # type: ignore[arg-type]
        started = time.monotonic()
        assert b"".join(sock.recv(1) for _ in range(60)) == b"." * 60
        assert time.monotonic() - started > 0.5, "longer than the timeout of one call"
    with peer(floods()) as server, socket.create_connection(server.address, timeout=5) as sock:  # type: ignore[arg-type]
        got = 0
        while got < 20_000_000:
            got += len(sock.recv(1 << 20))
