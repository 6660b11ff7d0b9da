"""Speaks SMTP over a socket of its own, STARTTLS and AUTH PLAIN included; only the message is the library's."""

import base64
import smtplib
import socket
import ssl
import uuid
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime


class Talk:
    def __init__(self, host, port, timeout):
        self.host = host
        self.sock = socket.create_connection((host, port), timeout=timeout)
        self.file = self.sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.file.close()
        self.sock.close()

    def reply(self):
        lines = []
        while True:
            line = self.file.readline()
            if not line.endswith(b"\n"):
                raise ConnectionError("the server hung up")
            lines.append(line[4:].strip().decode("utf-8", "replace"))
            if line[3:4] != b"-":
                return int(line[:3]), lines

    def say(self, line, *wanted):
        self.sock.sendall(line.encode() + b"\r\n")
        code, lines = self.reply()
        if wanted and code not in wanted:
            raise smtplib.SMTPResponseException(code, lines[0])
        return code, lines

    def hello(self):
        return [line.upper() for line in self.say("EHLO office.harbor.example", 250)[1][1:]]

    def starttls(self, context):
        self.say("STARTTLS", 220)
        self.file.close()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self.file = self.sock.makefile("rb")


def compose(sender, recipients, subject, body, attachments):
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = f"<{uuid.uuid4()}@{sender.split('@')[-1]}>"
    message["Date"] = format_datetime(datetime.now().astimezone())
    message["From"], message["To"], message["Subject"] = sender, ", ".join(recipients), subject
    message.set_content(body, cte="base64")
    for name, kind, content in attachments:
        maintype, subtype = kind.split("/")
        message.add_attachment(content, maintype, subtype, filename=name)
    return message


def send_report(
    host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), user=None, password=None, cafile=None,
    timeout=5.0,
):  # fmt: skip
    everything = [sender, subject, *recipients, *bcc]
    for name, kind, _ in attachments:
        everything += [name, kind]
    if "\n" in "".join(everything) or "\r" in "".join(everything):
        raise ValueError("line breaks make headers and commands")
    message = compose(sender, recipients, subject, body, attachments)
    accepted, refused = [], {}
    with Talk(host, port, timeout) as talk:
        code, lines = talk.reply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, lines[0])
        offers = talk.hello()
        if password is not None:
            if "STARTTLS" not in offers:
                raise smtplib.SMTPNotSupportedError("no STARTTLS")
            talk.starttls(ssl.create_default_context(cafile=cafile))
            talk.hello()
            secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            talk.say(f"AUTH PLAIN {secret}", 235)
        talk.say(f"mail from:<{sender}>", 250)
        for address in [*recipients, *bcc]:
            code, _ = talk.say(f"rcpt to:<{address}>")
            if code == 250:
                accepted.append(address)
            else:
                refused[address] = code
        if not accepted:
            talk.say("RSET", 250)
            talk.say("QUIT", 221)
            raise smtplib.SMTPRecipientsRefused(refused)
        talk.say("data", 354)
        for line in message.as_bytes().splitlines():
            talk.sock.sendall((b"." + line if line.startswith(b".") else line) + b"\r\n")
        talk.say(".", 250)
        try:
            talk.say("QUIT")
        except OSError as error:
            print("after the fact:", error)
    return {"accepted": accepted, "refused": refused, "message_id": str(message["Message-ID"])}
