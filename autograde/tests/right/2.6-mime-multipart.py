"""Builds the message with the older classes, and sends bytes with `sendmail`."""

import smtplib
import ssl
from email import encoders, policy
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid


def send_report(host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), **rest):
    for text in [sender, subject, *recipients, *bcc, *(text for file in attachments for text in file[:2])]:
        if len((text + ".").splitlines()) > 1:
            raise ValueError("no line breaks, please")
    message = MIMEMultipart()
    message["From"], message["To"] = sender, ", ".join(recipients)
    message["Subject"] = Header(subject, "utf-8").encode(linesep="\n") if not subject.isascii() else subject
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="harbor.example")
    message.attach(MIMEText(body, "plain", "utf-8"))
    for name, kind, content in attachments:
        part = MIMEBase(*kind.split("/", 1))
        part.set_payload(content)
        encoders.encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        message.attach(part)
    return deliver(host, port, sender, recipients + list(bcc), message, **rest)


def deliver(host, port, sender, everybody, message, user=None, password=None, cafile=None, timeout=5.0):
    client = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if password is not None:
            client.ehlo("office.harbor.example")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cafile) if cafile else context.load_default_certs()
            client.starttls(context=context)
            client.login(user, password)
        refused = client.sendmail(sender, everybody, message.as_bytes(policy=policy.SMTP))
        try:
            client.quit()
        except OSError:
            print("nobody said goodbye")
    finally:
        client.close()
    return {
        "accepted": sorted(set(everybody) - set(refused)),
        "refused": {address: reply[0] for address, reply in refused.items()},
        "message_id": message["Message-ID"],
    }
