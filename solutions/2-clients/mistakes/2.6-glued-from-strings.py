'''
mistake = "Glues the message together from strings"
loses = [
    "A subject and a text beyond ASCII are encoded, and arrive whole",
    "Every line ends in CRLF and has at most 998 bytes, whatever is in the text",
]
told = ["bytes beyond ASCII in the headers"]
'''


import smtplib
import ssl
from base64 import encodebytes
from email.utils import formatdate, make_msgid
from urllib.parse import quote


def send_report(host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), user=None, password=None,
                cafile=None, timeout=5.0):  # fmt: skip
    labels = [label for name, kind, _ in attachments for label in (name, kind)]
    for text in (subject, sender, *recipients, *bcc, *labels):
        if "\r" in text or "\n" in text:
            raise ValueError(f"a line break in {text!r}")
    message_id = make_msgid(domain=sender.rpartition("@")[2])
    boundary = "=_next_part_" + message_id[1:20]
    lines = [
        f"From: {sender}", f"To: {', '.join(recipients)}", f"Subject: {subject}", f"Date: {formatdate()}",
        f"Message-ID: {message_id}",
    ]  # fmt: skip
    if attachments:
        lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', "", f"--{boundary}"]
        lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    lines += ["", body]
    for name, kind, content in attachments:
        lines += [f"--{boundary}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
        lines += [f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}", ""]
        lines += [encodebytes(content).decode()]
    lines += [f"--{boundary}--"] if attachments else []
    message = "\n".join(lines).replace("\n", "\r\n").encode()
    everybody = [*recipients, *bcc]
    with smtplib.SMTP(host, port, timeout=timeout) as client:
        if password is not None:
            client.starttls(context=ssl.create_default_context(cafile=cafile))
            client.login(user, password)
        refused = client.sendmail(sender, everybody, message)
    return {
        "accepted": [address for address in everybody if address not in refused],
        "refused": {address: code for address, (code, _) in refused.items()},
        "message_id": message_id,
    }
