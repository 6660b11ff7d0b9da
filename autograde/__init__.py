"""Loopback: network programming with Python, graded on the wire.

Everything that a lesson or a check cell uses is a name of this package: `from autograde import peer, sends`. A name is
looked up in its room only when it is first used (PEP 562), so importing the package costs nothing. This file must
also be readable by a Python that the course does not support, because `python3 -m autograde` reads it before it can
say so: no syntax and no imports newer than Python 3.6.
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from autograde.examiner.expectations import undisturbed as undisturbed
    from autograde.examiner.recorder import recorder as recorder
    from autograde.examiner.score import Score as Score
    from autograde.examiner.score import ended_in_time as ended_in_time
    from autograde.examiner.score import raises as raises
    from autograde.examiner.submitted import hand_out_kit as hand_out_kit
    from autograde.examiner.submitted import submitted as submitted
    from autograde.servers.announcer import announcer as announcer
    from autograde.servers.announcer import noisy as noisy
    from autograde.servers.certificates import certificates as certificates
    from autograde.servers.dns import dns as dns
    from autograde.servers.feed import feed as feed
    from autograde.servers.ftp import ftp as ftp
    from autograde.servers.ftp_relay import ftp_relay as ftp_relay
    from autograde.servers.imap import imap as imap
    from autograde.servers.news import news as news
    from autograde.servers.pop3 import pop3 as pop3
    from autograde.servers.site import site as site
    from autograde.servers.smtp import smtp as smtp
    from autograde.servers.switch import switch as switch
    from autograde.servers.tls import tls as tls
    from autograde.servers.tls_client import dials_tls as dials_tls
    from autograde.servers.tls_client import stuck_in_handshake as stuck_in_handshake
    from autograde.servers.websocket import websocket as websocket
    from autograde.servers.xmlrpc import xmlrpc as xmlrpc
    from autograde.wire.crowd import crowd as crowd
    from autograde.wire.datagram_faults import corrupts as corrupts
    from autograde.wire.datagram_faults import drops as drops
    from autograde.wire.datagram_faults import duplicates as duplicates
    from autograde.wire.datagram_faults import holds as holds
    from autograde.wire.datagram_faults import intrudes as intrudes
    from autograde.wire.datagram_faults import reorders as reorders
    from autograde.wire.datagram_faults import shortens as shortens
    from autograde.wire.datagram_peer import datagram_client as datagram_client
    from autograde.wire.datagram_peer import datagram_peer as datagram_peer
    from autograde.wire.datagram_peer import echoes as echoes
    from autograde.wire.datagram_peer import expects_datagram as expects_datagram
    from autograde.wire.datagram_peer import hears as hears
    from autograde.wire.datagram_peer import hears_nothing as hears_nothing
    from autograde.wire.datagram_peer import returns as returns
    from autograde.wire.datagram_relay import datagram_relay as datagram_relay
    from autograde.wire.folders import shared_folder as shared_folder
    from autograde.wire.packets import checksum_of as checksum_of
    from autograde.wire.packets import echo_request as echo_request
    from autograde.wire.packets import exhibit as exhibit
    from autograde.wire.packets import icmp_part as icmp_part
    from autograde.wire.packets import ipv4_packet as ipv4_packet
    from autograde.wire.packets import tcp_part as tcp_part
    from autograde.wire.packets import udp_part as udp_part
    from autograde.wire.passage import passes as passes
    from autograde.wire.passage import passes_lines as passes_lines
    from autograde.wire.peer import client as client
    from autograde.wire.peer import peer as peer
    from autograde.wire.peer import unread as unread
    from autograde.wire.places import black_hole as black_hole
    from autograde.wire.places import closed_port as closed_port
    from autograde.wire.probes import probes as probes
    from autograde.wire.recorded_packets import recorded_packets as recorded_packets
    from autograde.wire.relay import relay as relay
    from autograde.wire.relay import way as way
    from autograde.wire.samples import bad_texts as bad_texts
    from autograde.wire.samples import bit_flips as bit_flips
    from autograde.wire.samples import bombs as bombs
    from autograde.wire.samples import hostile_names as hostile_names
    from autograde.wire.samples import lying_numbers as lying_numbers
    from autograde.wire.samples import near_misses as near_misses
    from autograde.wire.samples import truncations as truncations
    from autograde.wire.splits import every_split as every_split
    from autograde.wire.steps import closes as closes
    from autograde.wire.steps import delays as delays
    from autograde.wire.steps import expects as expects
    from autograde.wire.steps import reads_on as reads_on
    from autograde.wire.steps import sends as sends
    from autograde.wire.stop import stop_signal as stop_signal
    from autograde.wire.stop_and_wait import ack_packet as ack_packet
    from autograde.wire.stop_and_wait import as_packet as as_packet
    from autograde.wire.stop_and_wait import data_packet as data_packet
    from autograde.wire.stop_and_wait import final_packet as final_packet
    from autograde.wire.stop_and_wait import named_packet as named_packet
    from autograde.wire.stop_and_wait import receives_reliably as receives_reliably
    from autograde.wire.stop_and_wait import sends_reliably as sends_reliably
    from autograde.wire.stream_faults import coalesces as coalesces
    from autograde.wire.stream_faults import cuts_off_after as cuts_off_after
    from autograde.wire.stream_faults import drips as drips
    from autograde.wire.stream_faults import ends_at_once as ends_at_once
    from autograde.wire.stream_faults import floods as floods
    from autograde.wire.stream_faults import half_closes as half_closes
    from autograde.wire.stream_faults import never_reads as never_reads
    from autograde.wire.stream_faults import reads_slowly as reads_slowly
    from autograde.wire.stream_faults import resets as resets
    from autograde.wire.stream_faults import runs_ahead as runs_ahead
    from autograde.wire.stream_faults import stalls as stalls
    from autograde.wire.stream_faults import trickles as trickles
    from autograde.wire.stream_faults import vanishes as vanishes
    from autograde.wire.transcript import recording as recording

_HOMES = {
    "autograde.examiner.expectations": ["undisturbed"],
    "autograde.examiner.recorder": ["recorder"],
    "autograde.examiner.score": ["Score", "ended_in_time", "raises"],
    "autograde.examiner.submitted": ["hand_out_kit", "submitted"],
    "autograde.servers.certificates": ["certificates"],
    "autograde.servers.dns": ["dns"],
    "autograde.servers.feed": ["feed"],
    "autograde.servers.ftp": ["ftp"],
    "autograde.servers.ftp_relay": ["ftp_relay"],
    "autograde.servers.imap": ["imap"],
    "autograde.servers.pop3": ["pop3"],
    "autograde.servers.site": ["site"],
    "autograde.servers.smtp": ["smtp"],
    "autograde.servers.tls": ["tls"],
    "autograde.servers.tls_client": ["dials_tls", "stuck_in_handshake"],
    "autograde.servers.switch": ["switch"],
    "autograde.servers.news": ["news"],
    "autograde.servers.xmlrpc": ["xmlrpc"],
    "autograde.servers.websocket": ["websocket"],
    "autograde.servers.announcer": ["announcer", "noisy"],
    "autograde.wire.folders": ["shared_folder"],
    "autograde.wire.crowd": ["crowd"],
    "autograde.wire.datagram_peer": [
        "datagram_client",
        "datagram_peer",
        "echoes",
        "expects_datagram",
        "hears",
        "hears_nothing",
        "returns",
    ],
    "autograde.wire.datagram_relay": ["datagram_relay"],
    "autograde.wire.datagram_faults": ["corrupts", "drops", "duplicates", "holds", "intrudes", "reorders", "shortens"],
    "autograde.wire.peer": ["client", "peer", "unread"],
    "autograde.wire.places": ["black_hole", "closed_port"],
    "autograde.wire.packets": [
        "checksum_of",
        "echo_request",
        "exhibit",
        "icmp_part",
        "ipv4_packet",
        "tcp_part",
        "udp_part",
    ],
    "autograde.wire.passage": ["passes", "passes_lines"],
    "autograde.wire.probes": ["probes"],
    "autograde.wire.recorded_packets": ["recorded_packets"],
    "autograde.wire.relay": ["relay", "way"],
    "autograde.wire.samples": [
        "bad_texts",
        "bit_flips",
        "bombs",
        "hostile_names",
        "lying_numbers",
        "near_misses",
        "truncations",
    ],
    "autograde.wire.splits": ["every_split"],
    "autograde.wire.steps": ["closes", "delays", "expects", "reads_on", "sends"],
    "autograde.wire.stop": ["stop_signal"],
    "autograde.wire.stop_and_wait": [
        "ack_packet",
        "as_packet",
        "data_packet",
        "final_packet",
        "named_packet",
        "receives_reliably",
        "sends_reliably",
    ],
    "autograde.wire.stream_faults": [
        "coalesces",
        "cuts_off_after",
        "drips",
        "ends_at_once",
        "floods",
        "half_closes",
        "never_reads",
        "reads_slowly",
        "resets",
        "runs_ahead",
        "stalls",
        "trickles",
        "vanishes",
    ],
    "autograde.wire.transcript": ["recording"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)

if not typing.TYPE_CHECKING:  # a type checker would take any name at all for granted

    def __getattr__(name):
        """The public name, imported from its room on first use and kept here for the next."""
        if name not in _HOME_OF:
            raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))
        value = getattr(importlib.import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted(set(globals()) | set(__all__))
