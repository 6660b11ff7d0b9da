"""The hostile mail corpus, read by the standard library's parser, which knows nothing of how it was written."""

from __future__ import annotations

import email
import email.policy
import hashlib
import random
import re
from email.message import EmailMessage
from typing import Any

import pytest

from autograde.servers.hostile_mail import HostileMail, hostile_mail, is_safe_name, plain
from autograde.wire.codes import FAULTS

SEEDS = range(3)


def parsed(mail: HostileMail) -> EmailMessage:
    """The message as the library reads it."""
    return email.message_from_bytes(mail.raw, policy=email.policy.default)


def text_in(message: EmailMessage) -> str:
    """The plain text, else the HTML; what a charset cannot say is replaced, and an unknown charset taken for ASCII."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except LookupError:
        return body.get_payload(decode=True).decode("ascii", "replace")  # type: ignore[union-attr]


def attachments_in(message: EmailMessage) -> list[dict[str, Any]]:
    """Every attachment, however deep, with the name as it was written."""
    found = []
    for part in message.walk():
        if part.get_content_disposition() == "attachment":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            digest = hashlib.sha256(content).hexdigest()
            kind = {"type": part.get_content_type(), "size": len(content), "sha256": digest}
            found.append({"name": part.get_filename() or "", **kind})
    return found


def corpus(seed: int) -> list[HostileMail]:
    """The corpus of one run."""
    return hostile_mail(random.Random(seed))


def cases() -> list[Any]:
    """Each message of a few runs, under its name."""
    return [pytest.param(mail, id=f"{seed}: {mail.name}") for seed in SEEDS for mail in corpus(seed)]


@pytest.mark.parametrize("mail", cases())
def test_the_expectation_is_what_a_careful_reader_finds(mail: HostileMail) -> None:
    """Headers, text and attachments; of a hostile name the base name is left, or it was no name at all."""
    message = parsed(mail)
    for header in ("from", "to", "subject", "date"):
        assert str(message[header] or "") == mail.expected[header], header
    assert mail.has_text(text_in(message))
    found = attachments_in(message)
    assert len(found) == len(mail.expected["attachments"])
    for got, wanted in zip(found, mail.expected["attachments"], strict=True):
        base = re.split(r"[/\\]", got.pop("name"))[-1]
        assert (base == wanted["name"]) if wanted["name"] else not is_safe_name(base)
        assert got == {key: wanted[key] for key in got}


def test_the_words_differ_from_run_to_run_and_not_within_a_seed() -> None:
    """No two runs share a message; the same seed gives the same bytes."""
    first, again, other = corpus(1), corpus(1), corpus(2)
    assert first == again and [mail.name for mail in first] == [mail.name for mail in other]
    assert not {mail.raw for mail in first} & {mail.raw for mail in other}


def test_messages_have_names_of_their_own_and_faults_of_the_catalogue() -> None:
    """A claim can be called after its message."""
    mails = corpus(1)
    assert len({mail.name for mail in mails}) == len(mails)
    assert {mail.fault for mail in mails} - {""} <= set(FAULTS)


def test_every_line_ends_in_crlf_and_can_be_read_by_poplib() -> None:
    """Which refuses lines of more than 2048 bytes."""
    for mail in corpus(1):
        assert mail.raw.count(b"\n") == mail.raw.count(b"\r\n") == mail.raw.count(b"\r"), mail.name
        assert max(map(len, mail.raw.split(b"\r\n"))) < 2048


def test_a_careless_reader_stumbles() -> None:
    """The corpus would be no use if one could take messages or texts for ASCII."""
    mails = corpus(1)
    for careless in (
        lambda mail: mail.raw.decode("ascii"),
        lambda mail: text_in(parsed(mail)).encode("ascii"),
    ):
        with pytest.raises(UnicodeError):
            for mail in mails:
                careless(mail)


def test_texts_that_were_not_decoded_are_not_accepted() -> None:
    """Neither quoted-printable nor base64 is the text."""
    for mail in corpus(1):
        body = parsed(mail).get_body(("plain", "html"))
        if body is not None and body["Content-Transfer-Encoding"] is not None:
            assert not mail.has_text(str(body.get_payload())), mail.name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", " ", "a/b", "a\\b", "C:x", "a\0b", "a\nb", "x" * 256, "é" * 128, "a*", '"', "a|b", None, b"a", 7],
)
def test_unsafe_names_are_told(name: object) -> None:
    """On any system."""
    assert not is_safe_name(name)


@pytest.mark.parametrize("name", ["report.txt", ".profile", "naïve 日本.txt", "a..b", "x" * 255])
def test_safe_names_are_told(name: str) -> None:
    """Letters of every script are safe."""
    assert is_safe_name(name)


def test_texts_are_compared_without_their_line_ends() -> None:
    """How lines end, and how many empty ones follow, is the transport's affair; what is in them is not."""
    assert plain("a\r\n\r\nb \r\n\r\n") == plain("a\n\nb ") != plain("a\nb ")
