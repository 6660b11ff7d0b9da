"""The older parser, `decode_header` and regular expressions; UIDs, closing by hand."""

import hashlib
import imaplib
import ntpath
import poplib
from contextlib import closing
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import collapse_rfc2231_value


def header(message, name):
    value = message.get(name)
    if value is None:
        return ""
    text = str(make_header(decode_header("".join(str(value).splitlines())))) if "=?" in str(value) else str(value)
    return "".join(text.splitlines())


def text(message):
    for kind in ("plain", "html"):
        for part in message.walk():
            if part.get_content_type() == f"text/{kind}" and part.get_content_disposition() != "attachment":
                charset = part.get_content_charset() or "ascii"
                try:
                    return part.get_payload(decode=True).decode(charset, "replace")
                except LookupError:
                    return part.get_payload(decode=True).decode("latin-1")
    return ""


def name_of(part):
    given = part.get_param("filename", "", "content-disposition")
    given = collapse_rfc2231_value(given, "replace")
    if "=?" in given:
        given = str(make_header(decode_header(given)))
    given = ntpath.basename(given.rpartition("/")[2])
    bad = any(ord(letter) < 32 or letter in '\\/:*?"<>|' or not letter.isprintable() for letter in given)
    if bad or given in ("", ".", "..") or not given.strip() or len(given.encode()) > 200:
        return hashlib.md5(given.encode("utf-8", "replace")).hexdigest() + ".bin"
    return given


def as_data(raw):
    message = message_from_bytes(raw)
    result = {name: header(message, name) for name in ("from", "to", "subject", "date")}
    result["text"] = text(message)
    result["attachments"] = []
    for part in message.walk():
        if (part.get("Content-Disposition") or "").lower().startswith("attachment"):
            data = part.get_payload(decode=True)
            result["attachments"].append(
                dict(name=name_of(part), type=part.get_content_type(), size=len(data), sha256=hashlib.sha256(data).hexdigest())
            )
    return result


def pop_fetch(host, port, user, password, *, delete=False, timeout=5.0):
    with closing(poplib.POP3(host, port, timeout)) as box:
        box.user(user)
        box.pass_(password)
        listed = [int(line.split()[0]) for line in box.list()[1]]
        raws = []
        for number in listed:
            _, lines, _ = box.retr(number)
            raws.append(b"".join(line + b"\r\n" for line in lines))
        results = list(map(as_data, raws))
        if delete:
            for number in listed:
                box.dele(number)
        box.quit()
    return results


def imap_unseen(host, port, user, password, mailbox="INBOX", *, timeout=5.0):
    box = imaplib.IMAP4(host, port, timeout)
    try:
        box.login(user, password)
        typ, answer = box.select('"' + mailbox.replace("\\", r"\\").replace('"', r"\"") + '"')
        if typ != "OK":
            raise imaplib.IMAP4.error(answer)
        uids = box.uid("SEARCH", "UNSEEN")[1][0].decode().replace(" ", ",")
        results = []
        if uids:
            typ, answer = box.uid("FETCH", uids, "(FLAGS BODY.PEEK[])")
            if typ != "OK":
                raise imaplib.IMAP4.error(answer)
            results = [as_data(item[1]) for item in answer if isinstance(item, tuple)]
        box.close()
        return results
    finally:
        box.logout()
