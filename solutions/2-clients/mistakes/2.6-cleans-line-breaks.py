'''
mistake = "Takes line breaks out instead of refusing them"
loses = ["A line break where none may be is a ValueError, before anything is connected"]
told = ["a line break begins a header"]
'''


import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid


def send_report(host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), user=None, password=None,
                cafile=None, timeout=5.0):  # fmt: skip
    def clean(text):
        return text.replace("\r", " ").replace("\n", " ")

    subject, sender = clean(subject), clean(sender)
    recipients, bcc = [clean(address) for address in recipients], [clean(address) for address in bcc]
    attachments = [(clean(name), clean(kind), content) for name, kind, content in attachments]
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
        "refused": {address: code for address, (code, _) in refused.items()},
        "message_id": message["Message-ID"],
    }
