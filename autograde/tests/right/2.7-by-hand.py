"""Speaks both protocols over a socket of its own; only the letters are left to the library."""

import hashlib
import itertools
import re
import socket
from email import policy
from email.parser import BytesParser

UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*/\\]')


class Protest(ConnectionError):
    pass


class Line:
    def __init__(self, host, port, timeout):
        self.socket = socket.create_connection((host, port), timeout)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise Protest("hung up")
        return line

    def write(self, text):
        self.socket.sendall(text.encode() + b"\r\n")


def picture(raw):
    message = BytesParser(policy=policy.SMTP).parsebytes(raw)
    body = message.get_body(preferencelist=("plain", "html"))
    try:
        text = body.get_content() if body is not None else ""
    except (LookupError, KeyError):
        text = body.get_payload(decode=True).decode(errors="replace")
    attachments = []
    for part in message.walk():
        if not part.is_attachment():
            continue
        content = part.get_payload(decode=True)
        name = re.split(r"[\\/]", part.get_filename("") or "")[-1]
        if UNSAFE.search(name) or set(name) <= {".", " "} or len(name.encode(errors="replace")) > 255:
            name = f"file-{len(attachments) + 1}"
        digest = hashlib.sha256(content)
        attachments.append(
            {"name": name, "type": part.get_content_type(), "size": len(content), "sha256": digest.hexdigest()}
        )
    headers = {name: str(message[name]) if name in message else "" for name in ("from", "to", "subject", "date")}
    return headers | {"text": text, "attachments": attachments}


def pop_fetch(host, port, user, password, *, delete=False, timeout=5.0):
    with Line(host, port, timeout) as line:

        def ask(command):
            if command:
                line.write(command)
            reply = line.read()
            if not reply.startswith(b"+OK"):
                import poplib

                raise poplib.error_proto(reply)
            return reply

        ask("")
        ask(f"USER {user}")
        ask(f"PASS {password}")
        count = int(ask("STAT").split()[1])
        letters = []
        for number in range(1, count + 1):
            ask(f"RETR {number}")
            raw = b""
            while (text := line.read()) != b".\r\n":
                raw += text[1:] if text[:1] == b"." else text
            letters.append(picture(raw))
        if delete:
            for number in range(count, 0, -1):
                ask(f"DELE {number}")
        ask("QUIT")
        return letters


def imap_unseen(host, port, user, password, mailbox="INBOX", *, timeout=5.0):
    tags = (f"T{number:03d}" for number in itertools.count())

    def text(value):
        return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'

    with Line(host, port, timeout) as line:

        def ask(command):
            tag, found = next(tags), []
            line.write(f"{tag} {command}")
            while True:
                reply = line.read()
                while literal := re.search(rb"\{(\d+)\}\r\n$", reply):
                    raw = line.file.read(int(literal[1]))
                    if len(raw) < int(literal[1]):
                        raise Protest("hung up in a letter")
                    found.append(raw)
                    reply = line.read()
                if reply.startswith(b"* SEARCH"):
                    found += reply.split()[2:]
                if reply.startswith(tag.encode()):
                    if reply.split()[1] != b"OK":
                        raise Protest(reply)
                    return found

        line.read()
        ask(f"LOGIN {text(user)} {text(password)}")
        try:
            ask(f"EXAMINE {text(mailbox)}")
            letters = [picture(ask(f"FETCH {number.decode()} BODY.PEEK[]")[0]) for number in ask("SEARCH UNSEEN")]
        finally:
            ask("LOGOUT")
        return letters
