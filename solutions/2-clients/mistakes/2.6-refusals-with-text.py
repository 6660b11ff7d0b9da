'''
mistake = "Returns the code of a refusal together with its text"
loses = ["A recipient is refused: the code is returned, and the others get the mail"]
told = ["(a tuple, not an int)"]
'''


import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid


def send_report(host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), user=None, password=None,
                cafile=None, timeout=5.0):  # fmt: skip
    labels = [label for name, kind, _ in attachments for label in (name, kind)]
    for text in (subject, sender, *recipients, *bcc, *labels):
        if "\r" in text or "\n" in text:
            raise ValueError(f"a line break in {text!r}")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(body)
    for name, kind, content in attachments:
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    everybody = [*recipients, *bcc]
    with smtplib.SMTP(host, port, timeout=timeout) as client:
        if password is not None:
            client.starttls(context=ssl.create_default_context(cafile=cafile))
            client.login(user, password)
        refused = client.send_message(message, sender, everybody)
    return {
        "accepted": [address for address in everybody if address not in refused],
        "refused": refused,
        "message_id": message["Message-ID"],
    }
