'''
mistake = "Marks letters as read, then takes every flag off again"
loses = ["IMAP: flags stay what they were, and no letter is deleted"]
told = ["wanted [set()"]
'''


import email
import email.policy
import hashlib
import imaplib
import poplib
import re

# These two are given. Write `over_pop3`, `over_imap`, and whatever they share.


def pop_fetch(
    host: str, port: int, user: str, password: str, *, delete: bool = False, timeout: float = 5.0
) -> list[dict]:
    """Every letter of a mailbox over POP3; with `delete` the mailbox is empty afterwards."""
    return over_pop3(host, port, user, password, delete, timeout)


def imap_unseen(
    host: str, port: int, user: str, password: str, mailbox: str = "INBOX", *, timeout: float = 5.0
) -> list[dict]:
    """The unread letters of one mailbox over IMAP, which stay unread."""
    return over_imap(host, port, user, password, mailbox, timeout)


def over_pop3(host, port, user, password, delete, timeout):
    """What `pop_fetch` returns."""
    client = poplib.POP3(host, port, timeout=timeout)
    try:
        client.user(user)
        client.pass_(password)
        numbers = range(1, client.stat()[0] + 1)
        found = [reading(b"\r\n".join(client.retr(number)[1]) + b"\r\n") for number in numbers]
        for number in numbers if delete else ():
            client.dele(number)
        client.quit()  # deletions are made real here, and only here
    finally:
        client.close()
    return found


def over_imap(host, port, user, password, mailbox, timeout):
    """What `imap_unseen` returns."""
    with imaplib.IMAP4(host, port, timeout=timeout) as client:  # says LOGOUT at its end
        client.login(user, password)
        quoted = mailbox.replace("\\", "\\\\").replace('"', '\\"')
        checked(client.select(f'"{quoted}"'))
        numbers = checked(client.search(None, "UNSEEN"))[0].split()
        found = [reading(content_of(checked(client.fetch(number, "(RFC822)")))) for number in numbers]
        for number in numbers:
            client.store(number, "FLAGS", "()")
        return found


def checked(reply):
    """The data of an answer that says OK."""
    status, data = reply
    if status != "OK":
        raise imaplib.IMAP4.error(data[0])
    return data


def content_of(data):
    """The literal in the answer to a FETCH."""
    return next(part[1] for part in data if isinstance(part, tuple))


def reading(raw):
    """What a reader sees of a letter."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    found = {name: str(message.get(name, "")) for name in ("from", "to", "subject", "date")}
    attached = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
    return {**found, "text": text_of(message), "attachments": [described(part) for part in attached]}


def text_of(message):
    """The plain text, else the HTML."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        return body.get_content()
    except LookupError:  # a charset that does not exist
        return body.get_payload(decode=True).decode("utf-8", "replace")


def described(part):
    """An attachment, with a name that is safe on any system."""
    content = part.get_payload(decode=True) or b""
    digest = hashlib.sha256(content).hexdigest()
    return {
        "name": safe(part.get_filename()), "type": part.get_content_type(), "size": len(content), "sha256": digest
    }  # fmt: skip


def safe(name):
    """What is left of a name behind its folders, if that is a good name."""
    base = re.split(r"[/\\]", name or "")[-1]
    is_good = base.strip(". ") and base.isprintable() and not set(base) & set(':*?"<>|')
    return base if is_good and len(base.encode("utf-8", "replace")) <= 255 else "attachment"
