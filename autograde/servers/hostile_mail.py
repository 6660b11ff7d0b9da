"""Messages that are hard to read, each with what a careful reader finds in it.

    for mail in hostile_mail(random.Random(seed)):
        mail.name, mail.raw                        # "an absolute attachment name", bytes with CRLF line ends
        mail.expected["subject"]                   # plain data to compare with
        mail.has_text(found["text"])

The words in them differ with the random numbers, so no answer can be known beforehand. `expected` holds "from", "to"
and "subject" with their encoded words decoded, "date" as the header has it, "text" and "attachments". The text is that
of the plain part, or else the source of the HTML part, with "\\n" line ends and none at its end (`plain`). It is None
where more than one reading is right, as in a wrong charset; `has_text` then looks for the words that every reading has.
The name of an attachment is its safe base name, or None where any name will do that `is_safe_name` accepts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from . import mail_bytes as by_hand
from .hostile_attachments import attachments, hostile_names
from .mail_writer import HostileMail, Writer, is_safe_name, plain

UTF_8, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"


def hostile_mail(rng: random.Random) -> list[HostileMail]:
    """One message of each kind."""
    writer = Writer(rng)
    kinds = (_headers, _charsets, _structures, _lines, attachments, hostile_names)
    return [mail for kind in kinds for mail in kind(writer)]


def _headers(w: Writer) -> Iterator[HostileMail]:
    body, text = w.text()
    first, second, who = w.accented(), w.accented(), w.accented()
    address = f"{w.word()}@example.org"
    # White space between two encoded words only parts them (RFC 2047, section 6.2), also where a line is folded.
    subject = f"{by_hand.b_word(first)}\r\n {by_hand.q_word(second)}"
    sender = f"{by_hand.q_word(who)} <{address}>", f"{who} <{address}>"
    headers = {"From": sender, "Subject": (subject, first + second)}
    yield w.mail("encoded words, folded", body, text, headers=headers)
    word = w.word()
    headers = {"Subject": (f"{by_hand.q_word('é' + word, 'iso-8859-1')} {word}", f"é{word} {word}")}
    yield w.mail("an encoded word in another charset", body, text, headers=headers)
    two = f'"{w.word()}, {w.word()}" <{w.word()}@example.net>, {w.word()}@example.net'
    yield w.mail("two recipients and a comma in a name", body, text, headers={"To": (two, two)})
    yield w.mail("no subject", body, text, headers={"Subject": ("", "")})


def _charsets(w: Writer) -> Iterator[HostileMail]:
    line, word = w.line(), w.word()
    accented = f"{w.accented()} {line}"
    yield w.mail("UTF-8 in base64", by_hand.in_base64(UTF_8, accented.encode() + b"\r\n"), accented)
    latin = f"é{word} ü{line} {w.line()} {w.line()}"
    content = by_hand.in_quoted_printable("text/plain; charset=iso-8859-1", latin.encode("latin-1"))
    yield w.mail("Latin-1 in quoted-printable, with soft line breaks", content, latin)
    content = by_hand.part(UTF_8, latin.encode("latin-1") + b"\r\n")
    yield w.mail("a charset that is not the one it says", content, None, words=line.split(), fault="F11")
    content = by_hand.part("text/plain; charset=x-nobody-knows", line.encode() + b"\r\n")
    yield w.mail("a charset that does not exist", content, line, fault="F11")
    content = by_hand.part("text/plain", accented.encode() + b"\r\n")
    yield w.mail("bytes beyond ASCII without a charset", content, None, words=line.split(), fault="F11")
    yield w.mail("no content type", by_hand.part("", line.encode() + b"\r\n"), line)


def _structures(w: Writer) -> Iterator[HostileMail]:
    body, text = w.text()
    html = f"<p>{w.accented()} &amp; {w.line()}</p>"
    page = by_hand.in_base64(HTML, html.encode())
    one, other = w.content(), w.content()
    inner = by_hand.multipart(
        "mixed", by_hand.multipart("alternative", body, page), by_hand.attachment(by_hand.quoted("one.bin"), one)
    )
    nested = by_hand.multipart("mixed", inner, by_hand.attachment(by_hand.quoted("two.bin"), other))
    found = [by_hand.described("one.bin", one), by_hand.described("two.bin", other)]
    yield w.mail("parts in parts in parts", nested, text, attachments=found)
    yield w.mail("HTML only", page, html)
    notes = f"{w.line()}\r\n".encode()
    first = by_hand.attachment(by_hand.quoted("notes.txt"), notes, "text/plain")
    found = [by_hand.described("notes.txt", notes, "text/plain")]
    yield w.mail("text attached before the text", by_hand.multipart("mixed", first, body), text, attachments=found)
    last = by_hand.attachment(by_hand.quoted("last.bin"), one)
    found = [by_hand.described("last.bin", one)]
    unclosed = by_hand.multipart("mixed", body, last, closed=False)
    yield w.mail("no closing boundary", unclosed, text, attachments=found, fault="F30")
    lost = by_hand.part('multipart/mixed; boundary="nowhere"', f"{w.line()}\r\n".encode())
    yield w.mail("a boundary that never comes", lost, None, fault="F30")


def _lines(w: Writer) -> Iterator[HostileMail]:
    dots = [".", "..", f".{w.word()}", f"..{w.word()}", "...", w.line(), "."]
    yield w.mail("lines that begin with a dot", by_hand.of_lines(*dots), "\n".join(dots))
    words = ["+OK 0 messages", "-ERR", f"From {w.line()}", "* BYE", "A0001 OK FETCH completed", ")", "{5}", w.line()]
    yield w.mail("lines that look like a protocol's", by_hand.of_lines(*words), "\n".join(words), fault="F22")
    first, long = w.line(), w.word() * 150
    yield w.mail("a line of more than 998 bytes", by_hand.of_lines(first, long), f"{first}\n{long}")
    yield w.mail("no text at all", by_hand.of_lines(), "", fault="F21")


__all__ = ["HostileMail", "hostile_mail", "is_safe_name", "plain"]
