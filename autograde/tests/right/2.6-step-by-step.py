"""Says every command of the session itself, and puts the dots in with its own hands."""

import email.message
import email.policy
import email.utils
import smtplib
import ssl


def send_report(
    host, port, *, sender, recipients, subject, body, attachments=(), bcc=(), user=None, password=None, cafile=None,
    timeout=5.0,
):  # fmt: skip
    if any(set(text) & set("\r\n") for text in (sender, subject, *recipients, *bcc)):
        raise ValueError("line break")
    if any(set(name + kind) & set("\r\n") for name, kind, _ in attachments):
        raise ValueError("line break")
    message = email.message.EmailMessage(policy=email.policy.SMTP.clone(cte_type="7bit"))
    message.set_content(body)
    for name, kind, content in attachments:
        message.add_attachment(content, *kind.split("/"), filename=name)
    message.add_header("Message-Id", email.utils.make_msgid("report", "harbor.example"))
    message.add_header("Date", email.utils.formatdate())
    message.add_header("Subject", subject)
    message.add_header("From", sender)
    message.add_header("To", ",".join(recipients))

    accepted, refused = [], {}
    client = smtplib.SMTP(host, port, "office.harbor.example", timeout)
    with client:
        client.ehlo()
        if password is not None:
            if not client.has_extn("starttls"):
                raise smtplib.SMTPNotSupportedError("no STARTTLS, no password")
            client.starttls(context=ssl.create_default_context(cafile=cafile))
            client.ehlo()
            client.login(user, password)
        demand(client.docmd("MAIL", f"FROM:<{sender}>"), 250)
        replies = {address: client.docmd("RCPT", f"TO:<{address}>") for address in [*recipients, *bcc]}
        for address, (code, _) in replies.items():
            if code in (250, 251):
                accepted.append(address)
            else:
                refused[address] = code
        if not accepted:
            raise smtplib.SMTPRecipientsRefused(replies)
        demand(client.docmd("DATA"), 354)
        lines = bytes(message).split(b"\r\n")
        client.send(b"\r\n".join(b"." * line.startswith(b".") + line for line in lines) + b".\r\n")
        demand(client.getreply(), 250)
    return {"accepted": accepted, "refused": refused, "message_id": message["Message-Id"]}


def demand(reply, wanted):
    if reply[0] != wanted:
        raise smtplib.SMTPResponseException(*reply)
