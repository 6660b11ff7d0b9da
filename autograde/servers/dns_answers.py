"""What the reference DNS server says: right answers from records given as plain data, and answers wrong in meaning.

    zone = Zone([("www.loopback.example", "A", "192.0.2.1")])
    zone.right(read_query(datagram)).to_wire()

Messages, names and record data are dnspython's. A module of its own, because importing that library takes longer than
starting a server does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone

from .hostile_dns import KINDS, hostile_message

FORGED = {
    "A": "192.0.2.66",
    "AAAA": "2001:db8::66",
    "CNAME": "forged.example.",
    "MX": "66 forged.example.",
    "NS": "forged.example.",
    "TXT": '"forged"',
}
"""What a wrong reply holds, by record type: whoever returns it has believed what it should have checked."""

STRANGE = dns.name.from_text("forged.example.")
"""A name that nobody asked for."""


class MalformedQuery(ValueError):
    """What came is no query."""


def read_query(data: bytes) -> dns.message.Message:
    """The query in these bytes. Raises `MalformedQuery` for anything else, responses included."""
    try:
        query = dns.message.from_wire(data)
    except (dns.exception.DNSException, ValueError) as error:
        raise MalformedQuery(f"{type(error).__name__}: {error}") from error
    if query.flags & dns.flags.QR:
        raise MalformedQuery("it is a response")
    if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
        raise MalformedQuery(f"opcode {dns.opcode.to_text(query.opcode())}, {len(query.question)} questions")
    return query


def asked(query: dns.message.Message) -> tuple[str, str]:
    """Name, without its last dot, and type of what a query asks for."""
    return query.question[0].name.to_text(omit_final_dot=True), dns.rdatatype.to_text(query.question[0].rdtype)


def format_error(data: bytes) -> bytes:
    """The answer to a malformed query (RCODE 1), or b"" where there should be none: to half a header, or a response."""
    if len(data) < 12 or data[2] & 0x80:
        return b""
    response = dns.message.Message(id=int.from_bytes(data[:2], "big"))
    response.flags = dns.flags.Flag.QR
    response.set_rcode(dns.rcode.FORMERR)
    return response.to_wire()


def record_set(owner: dns.name.Name, kind: str, *values: str) -> dns.rrset.RRset:
    """Records of one owner and type; values are written as in a zone file."""
    return dns.rrset.from_text(owner, 300, "IN", kind, *values)


class Zone:
    """All names that the server knows."""

    def __init__(self, records: Iterable[tuple[str, str, str]]) -> None:
        self._zone = dns.zone.Zone(dns.name.root, relativize=False)
        for name, kind, value in records:
            for record in record_set(dns.name.from_text(name), kind, value):
                node = self._zone.find_rdataset(dns.name.from_text(name), record.rdtype, create=True)
                node.add(record, 300)

    def right(self, query: dns.message.Message) -> dns.message.Message:
        """The answer, with the chain of aliases that leads to it; a chain that loops is told once around."""
        response = dns.message.make_response(query, recursion_available=True, our_payload=1232)
        response.flags |= dns.flags.AA
        name, kind, told = query.question[0].name, query.question[0].rdtype, set[dns.name.Name]()
        while name not in told:
            told.add(name)
            found = self._zone.get_rrset(name, kind) or self._zone.get_rrset(name, dns.rdatatype.CNAME)
            if found is None:
                if not self._exists(name):
                    response.set_rcode(dns.rcode.NXDOMAIN)  # also at the end of a chain (RFC 6604, section 3)
                break
            response.answer.append(found)
            if found.rdtype == kind:
                break
            name = found[0].target
        return response

    def _exists(self, name: dns.name.Name) -> bool:
        """A name exists if it, or one below it, has any record (RFC 8020)."""
        return any(known.is_subdomain(name) for known in self._zone)


Reply = Callable[[Zone, dns.message.Message], dns.message.Message]


def _forged_records(owner: dns.name.Name, query: dns.message.Message) -> list[dns.rrset.RRset]:
    """A record of the type that was asked for; none if we have no forged value for that."""
    kind = dns.rdatatype.to_text(query.question[0].rdtype)
    return [record_set(owner, kind, FORGED[kind])] if kind in FORGED else []


def _forged(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query, recursion_available=True)
    response.answer = _forged_records(query.question[0].name, query)
    return response


def _wrong_identifier(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = _forged(zone, query)
    response.id ^= 0x0101  # differs in both bytes
    return response


def _wrong_question(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = _forged(zone, query)
    response.question = dns.message.make_query(STRANGE, query.question[0].rdtype).question
    return response


def _for_another_name(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = _forged(zone, query)
    response.answer = _forged_records(STRANGE, query)
    return response


def _another_name_as_well(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = zone.right(query)
    response.answer[:0] = _forged_records(STRANGE, query)
    return response


def _other_case(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    name = query.question[0].name
    swapped = dns.message.make_query(
        dns.name.Name([label.swapcase() for label in name.labels]), query.question[0].rdtype
    )
    swapped.id, swapped.flags = query.id, query.flags
    return zone.right(swapped)


def _truncated(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response


def _failing(code: dns.rcode.Rcode) -> Reply:
    def reply(zone: Zone, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(code)
        return response

    return reply


def _query_again(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    return query


REPLIES: dict[str, Reply] = {
    "right": Zone.right,
    "other case": _other_case,
    "truncated": _truncated,
    "server failure": _failing(dns.rcode.SERVFAIL),
    "refused": _failing(dns.rcode.REFUSED),
    "wrong identifier": _wrong_identifier,
    "wrong question": _wrong_question,
    "for another name": _for_another_name,
    "another name as well": _another_name_as_well,
    "the query itself": _query_again,
    "from another port": _forged,
    "from another address": _forged,
}
"""How each reply is made, other than the hostile ones."""


def reply_bytes(kind: str, zone: Zone, query: dns.message.Message, *, over: str, random: Random) -> bytes:
    """The bytes of one reply; over UDP no more than the client said it takes (512 unless EDNS says otherwise)."""
    if kind in KINDS:
        asked = query.question[0]
        question = dns.message.make_query(asked.name, asked.rdtype, asked.rdclass).to_wire()[12:]
        return hostile_message(kind, random, ident=query.id, question=question).data
    message = REPLIES[kind](zone, query)
    limit = 65535 if over == "tcp" else max(512, query.payload)
    return message.to_wire(max_size=limit, prefer_truncation=True, want_shuffle=False)


__all__ = ["FORGED", "MalformedQuery", "Zone", "asked", "format_error", "read_query", "reply_bytes"]
