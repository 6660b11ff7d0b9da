"""The two tables that checks, stories and docs share: the faults a conversation can have, and the mistakes they reveal.

A fault code (F01-F30) names what a peer, a relay or a limit does to the student's code; a mistake code (W01-W25, and a
few named ones) names a misunderstanding and what to try next. The codes are those of the course's syllabus.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to the student's code: a short name, one clause that says how, and what in this package does it.

    `by` are names that a check imports from `autograde`, or `limits(…)`: a limit of the examinee. Each of them carries
    the code in its docstring.
    """

    name: str
    how: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misunderstanding: its name in plain words, what to try next, and the lesson that treats it ("" if none)."""

    name: str
    advice: str
    lesson: str = ""


FAULTS: dict[str, Fault] = {
    "F01": Fault("trickle", "the bytes come one at a time", ("trickles", "passes", "limits(recv_at_most)")),
    "F02": Fault("coalesced", "several messages come in one piece", ("coalesces",)),
    "F03": Fault("every cut", "the same bytes are cut in two at every place", ("every_split",)),
    "F04": Fault("reset in mid-message", "the connection is aborted before the message is whole", ("resets",)),
    "F05": Fault(
        "end in mid-message", "the stream ends, in good order, before the message is whole", ("cuts_off_after",)
    ),
    "F06": Fault("silent peer", "the other side accepts and never says anything", ("stalls", "stuck_in_handshake")),
    "F07": Fault("drip-feed", "a byte now and then, for ever", ("drips",)),
    "F08": Fault("slow reader", "the other side reads slowly or not at all", ("reads_slowly", "never_reads")),
    "F09": Fault("stingy send", "send takes only a few bytes at a time", ("limits(send_at_most)",)),
    "F10": Fault("oversize", "far more comes than was allowed", ("floods", "lying_numbers")),
    "F11": Fault("bad text", "the bytes are no valid text", ("bad_texts",)),
    "F12": Fault("refused", "nobody listens on the port", ("closed_port",)),
    "F13": Fault("black hole", "a connection attempt gets no answer", ("black_hole",)),
    "F14": Fault("duplicate datagrams", "datagrams arrive twice", ("duplicates", "returns")),
    "F15": Fault("lost datagrams", "datagrams do not arrive", ("drops",)),
    "F16": Fault(
        "late and reordered datagrams", "datagrams arrive late or in another order", ("reorders", "holds", "returns")
    ),
    "F17": Fault(
        "corrupted datagrams", "datagrams arrive with flipped bits or cut short", ("corrupts", "shortens", "returns")
    ),
    "F18": Fault("strangers", "somebody else answers", ("intrudes",)),
    "F19": Fault("half-close", "the other side stops sending and waits for the rest", ("half_closes",)),
    "F20": Fault("following data", "bytes of the next message are already there", ("runs_ahead", "every_split")),
    "F21": Fault("empty", "the input, message or reply is empty", ("ends_at_once",)),
    "F22": Fault("hostile names", "names try to reach where they must not", ("hostile_names",)),
    "F23": Fault("bombs", "small input that unpacks to something huge", ("bombs",)),
    "F24": Fault("crowd", "many clients come at once", ("crowd",)),
    "F25": Fault("vanishing client", "a client resets or closes while it is served", ("vanishes",)),
    "F26": Fault("stop or cancel", "the work is told to stop", ("stop_signal",)),
    "F27": Fault("clock jump", "the wall clock jumps", ("limits(clock_jumps)",)),
    "F28": Fault("scarce resources", "memory or descriptors are short", ("limits(memory)", "limits(descriptors)")),
    "F29": Fault("wrong identity", "a certificate, key, identifier or token is wrong", ("certificates", "near_misses")),
    "F30": Fault(
        "malformed structure",
        "lengths and counts lie, or the data is cut short",
        ("truncations", "bit_flips", "lying_numbers"),
    ),
}

MISTAKES: dict[str, Mistake] = {
    "W01": Mistake(
        "one recv is not one message",
        "recv returns as soon as anything is there. Call it again until you have all you want, or until it returns "
        "b''.",
        "1.3",
    ),
    "W02": Mistake(
        "send may take only part of the data",
        "send returns how many bytes the system took. Send the rest too, in a loop, or let sendall do that.",
        "1.3",
    ),
    "W03": Mistake(
        "copying everything for every piece",
        "data += piece and data = data[n:] copy all the bytes each time, so twice the data takes four times as long. "
        "Collect the pieces in a list and join them once, or move a memoryview forward.",
        "1.3",
    ),
    "W04": Mistake(
        "b'' is the end, not data",
        "At the end of the stream recv returns b'' at once, every time. Leave the loop when you see it.",
        "1.3",
    ),
    "W05": Mistake(
        "a timeout per call is not a deadline",
        "settimeout starts anew with every recv. Note when the whole call must end (time.monotonic() + timeout) and "
        "give each recv only the time that is left.",
        "1.4",
    ),
    "W06": Mistake(
        "an error was turned into an answer",
        "A broken conversation must not look like a finished one. Let the exception fly, or raise a better one.",
        "1.4",
    ),
    "W07": Mistake(
        "listening on every interface",
        "An empty host or 0.0.0.0 lets the whole network in. Bind to the address that was asked for.",
        "1.2",
    ),
    "W08": Mistake(
        "a socket or file was left open",
        "Close it on every way out, errors too: `with socket.create_connection(...) as sock:` does, and so does "
        "`with conn:` after accept.",
        "1.2",
    ),
    "W09": Mistake(
        "a character can be cut in two",
        "Decode after the pieces are joined, or use an incremental decoder.",
        "1.3",
    ),
    "W10": Mistake(
        "bytes of the next message were read and lost",
        "Never ask recv for more than you still want: recv(n - got), not recv(4096).",
        "1.3",
    ),
    "W11": Mistake(
        "the network's byte order is big-endian",
        "Write the order down: struct's '!' or int.to_bytes(..., 'big').",
        "1.1",
    ),
    "W12": Mistake(
        "a length was trusted before it was checked", "Check it against the limit before you read or reserve.", "1.3"
    ),
    "W13": Mistake(
        "a buffer without a limit",
        "Whoever sends decides how much memory you use. Set a limit and check it.",
        "1.3",
    ),
    "W14": Mistake("a name from the peer was trusted", "Clean it, or look it up among the names you allow."),
    "W15": Mistake("one client blocks all the others", "Serve each so that waiting for one does not stop the rest."),
    "W16": Mistake(
        "busy waiting",
        "A loop that asks again and again burns the processor. Let a blocking call with a timeout, or select, do the "
        "waiting.",
        "1.4",
    ),
    "W17": Mistake(
        "shared state without a lock", "Two threads may change it at once. Guard it, or let only one own it."
    ),
    "W18": Mistake(
        "closing both directions at the first end",
        "An end means that the other side sends no more. It may still be reading.",
        "1.3",
    ),
    "W19": Mistake(
        "whose reply is it?", "Check the sender, the identifier and the token before you believe a reply.", "1.5"
    ),
    "W20": Mistake("the wall clock can jump", "Measure intervals with time.monotonic().", "1.4"),
    "W21": Mistake(
        "a setting of the whole process was changed",
        "Other code runs in the same process. Set it on your own socket or object.",
        "1.4",
    ),
    "W22": Mistake(
        "received data was executed", "eval and pickle run what the sender wrote. Use a format that is only data."
    ),
    "W23": Mistake(
        "retrying what must not be retried, or for ever", "Count the tries, and retry only what is safe to repeat."
    ),
    "W24": Mistake("a cancellation was swallowed", "Catch only the exceptions you can handle."),
    "W25": Mistake("a module that is not there", "Use the standard library of Python 3.11 or later only."),
    "half-close": Mistake(
        "both sides wait",
        "The server waits for the end of your request, and your code waits for its reply. After the last byte tell it "
        "that nothing more will come: sock.shutdown(socket.SHUT_WR).",
        "1.3",
    ),
    "reading side": Mistake(
        "the reading side was shut down as well",
        "recv returned b'' although the server had not ended: did your code shut down its own reading side? SHUT_RDWR "
        "and SHUT_RD do that. SHUT_WR ends only what your code sends.",
        "1.3",
    ),
    "byte by byte": Mistake(
        "a call for every single byte",
        "recv(1) asks the system for one byte, and each call costs time. Ask for all that is still missing.",
        "1.3",
    ),
    "forever": Mistake(
        "nothing limits the wait",
        "connect, accept and recv wait for as long as the other side likes. Give the socket a timeout before the first "
        "of them: socket.create_connection(address, timeout=…), or sock.settimeout(…).",
        "1.4",
    ),
    "sockaddr": Mistake(
        "a socket address is not always a pair",
        "It is (host, port) for IPv4 and (host, port, flow, scope) for IPv6. Take the first two: sockaddr[:2].",
        "1.1",
    ),
    "short forms": Mistake(
        "not every text that names an address is one in full",
        "inet_aton takes '127.1' and '0x7f.1', as C programs did. inet_pton (which complains with an OSError) and "
        "ipaddress (with a ValueError) insist on the whole address. For the zone of 'fe80::1%eth0' the bytes have no "
        "room.",
        "1.1",
    ),
    "unchecked": Mistake(
        "data was taken apart before it was looked at",
        "A slice beyond the end is no error, only shorter. Look at the tag, and compare len(data) with what it "
        "promises, before you take anything apart.",
        "1.1",
    ),
    "line end": Mistake(
        "the end of the line is missing",
        "print adds a line end, send and sendall do not. Where the task says that a line is sent, its end is sent too.",
        "1.3",
    ),
    "listening": Mistake(
        "a listening socket does not talk",
        "accept returns a new socket for each client. Send and receive on that one; the listening socket only accepts.",
        "1.2",
    ),
    "last guest": Mistake(
        "the listening socket was closed with a client",
        "Close the socket that accept returned. The listening socket is needed for the next client, and it belongs to "
        "whoever opened it.",
        "1.2",
    ),
    "one for all": Mistake(
        "one client ended the service for all",
        "Whatever goes wrong with one client is that client's affair. Catch it inside the loop, around this one "
        "conversation, and go on to the next.",
        "1.4",
    ),
    "reuse": Mistake(
        "a port is not free at once",
        "Connections that your side closed first stay in TIME_WAIT for a minute. Set SO_REUSEADDR before bind, every "
        "time you open the port: the earlier listener must have had it too.",
        "1.4",
    ),
    "taken": Mistake(
        "two listeners on one port",
        "A port that somebody listens on is an error for the caller. SO_REUSEPORT would hide it, and each listener "
        "would get a part of the clients; SO_REUSEADDR is the option for restarts.",
        "1.4",
    ),
    "kinds": Mistake(
        "one failure was taken for another",
        "Each has an exception of its own, and all of them are OSErrors: gaierror, TimeoutError, "
        "ConnectionRefusedError. Catch these before OSError, and never go by the text of an error, which is another "
        "one on another system.",
        "1.4",
    ),
    "unfinished": Mistake(
        "the answer cell is not done yet",
        "Write your code in the answer cell, run that cell, then run the check again.",
    ),
    "row layout": Mistake(
        "a row of a dump has fixed columns",
        "Make the part with the bytes first, with the gap after the first width // 2 of them. Then fill that part up "
        'to what a full row needs: a format such as f"{text:<{columns}}" does it, whatever is missing.',
        "0.1",
    ),
    "offset": Mistake(
        "an offset is the number of bytes before the row",
        "range(0, len(data), width) counts it, and the format 08x writes it: eight digits, hexadecimal.",
        "0.1",
    ),
    "two digits": Mistake(
        "a byte is always two hexadecimal digits",
        "hex(9) is '0x9'. The format 02x writes '09', and bytes.hex(' ') does it for a whole row.",
        "0.1",
    ),
    "printable": Mistake(
        "printable is a range of numbers here",
        "A byte from 0x20 to 0x7e is shown, any other one is a dot. isprintable and decode ask about letters of other "
        "alphabets, and a byte is none.",
        "0.1",
    ),
    "join": Mistake(
        "a separator stands between things, not behind them",
        "Collect the rows in a list, and give '\\n'.join(rows) back: it puts n - 1 line ends between n rows, and makes "
        "'' of none.",
        "0.1",
    ),
    "width": Mistake(
        "an argument was not checked first",
        "Look at it before anything else happens, and raise ValueError. What range or a slice makes of it may be an "
        "error too, or nothing at all.",
        "0.2",
    ),
    "buffers": Mistake(
        "bytes are not the only bytes",
        "A bytearray and a memoryview have a length, slices and integers in them, too; other methods they need not "
        "have. Make bytes of one row at a time: bytes(data[start:end]).",
        "0.1",
    ),
    "in place": Mistake(
        "the caller's object was changed",
        "An argument is another name for the same object. += and methods such as append, pop and clear change it for "
        "everyone who has it. Work on a copy, or make something new.",
        "0.2",
    ),
    "services": Mistake(
        "a line is a name, a port with its protocol, and aliases",
        "Take it apart with split, the second word again at its '/'. The name and each alias become a key with the "
        "protocol, and the port an int.",
        "0.2",
    ),
    "split": Mistake(
        "split(' ') and split() are two things",
        "split(' ') cuts at every single space, and tabs and line ends stay where they are. split() without an "
        "argument takes any run of them for one border, and nothing of them is left.",
        "0.2",
    ),
    "comment": Mistake(
        "a comment may begin anywhere",
        "Cut the line at its first '#' before you look at anything else: line.partition('#')[0]. What is left may be "
        "blank.",
        "0.2",
    ),
    "line number": Mistake(
        "an error must say where",
        "Count all lines from 1, with enumerate(…, start=1). Look at every part of a line before you use it, and raise "
        "a ValueError of your own: the one of int() knows nothing of lines.",
        "0.2",
    ),
    "digits": Mistake(
        "int() takes more than digits",
        "Signs, underscores, spaces, the digits of all scripts: int() likes them all. Ask for what you mean first: "
        "text.isascii() and text.isdigit().",
        "0.2",
    ),
    "capitals": Mistake(
        "one word in capitals, and one that is another",
        "A protocol is the same in capitals: lower() it before it becomes part of a key. Leave the names alone.",
        "0.2",
    ),
    "first wins": Mistake(
        "the first definition was overwritten by a later one",
        "table[key] = port puts it in whether the key is there or not. setdefault puts it in only if it is not.",
        "0.2",
    ),
    "by port": Mistake(
        "a dictionary is searched by value in its own order",
        "Go through table.items() and return the first name whose port and protocol are both right. A table that is "
        "turned around keeps only the last name of each port.",
        "0.2",
    ),
    "default": Mistake(
        "a call remembers what an earlier one did",
        "A default value is made once, when the function is defined, and so are names outside of it and in the class "
        "itself. Make the dictionary or the buffer where a call, or an object, begins.",
        "0.2",
    ),
    "sizes": Mistake(
        "sizes begin again when they have run out",
        "Remember them while you go through them the first time, for they may be an iterator. Take one more only when "
        "you need it, for they may be endless. itertools.cycle does both.",
        "0.2",
    ),
    "lazy": Mistake(
        "a generator gives one thing at a time",
        "yield hands a piece out and waits until the next is asked for. A list must be complete first, and with "
        "endless sizes it never is.",
        "0.2",
    ),
    "remainder": Mistake(
        "what is behind the last line end is not a line yet",
        "Keep it in the object, in front of the next piece. Then it does not matter where the pieces were cut.",
        "0.2",
    ),
    "too long": Mistake(
        "a limit holds for lines that are not finished, too",
        "Look at the length when a line is whole, and also while its line end has not come. A line end does not count, "
        "and a CR at the very end may be half of one.",
        "0.2",
    ),
    "rescan": Mistake(
        "the same bytes were looked at again and again",
        "What has been searched for a line end once need not be searched again, and what has been kept need not be "
        "copied for every piece. Remember how far you looked, and let a bytearray grow.",
        "0.2",
    ),
    "beyond": Mistake(
        "more came than was allowed, and it was taken",
        "Count while you read, and raise as soon as the count passes the limit. The sender may never stop.",
        "1.3",
    ),
    "rest": Mistake(
        "one recv may bring more than one message",
        "recv returns what is there: half a line, or three. Look for the first line end, and keep what is behind it "
        "for the next call.",
        "1.3",
    ),
    "bad-line": Mistake(
        "one bad line cost its neighbors, too",
        "Take exactly one line out of what has come, then decode it. Then the bad line is gone when the exception "
        "flies, and the next one has not been touched.",
        "1.3",
    ),
    "zero": Mistake(
        "an empty message is not the end",
        "A message of no bytes is sent like any other, and received as b''. Only the end of the stream is None. Both "
        "are false in an `if`, so ask for what you mean: `is None`, or a length.",
        "1.3",
    ),
    "flush": Mistake(
        "what was written is still in the file object",
        "A file object of makefile collects what is written to it. Call its flush() before you wait for an answer.",
        "1.6",
    ),
    "newline": Mistake(
        "a text file translates line ends",
        "Without newline=… it takes \\r and \\r\\n for line ends too, and makes \\n of them. With newline='\\n' only "
        "\\n ends a line, and every other character stays what it is.",
        "1.6",
    ),
    "two files": Mistake(
        "one text file for both directions",
        "Before Python 3.13, a text file object that is written to forgets what it had read ahead. Make two of the "
        "same socket: makefile('r') for one direction, makefile('w') for the other.",
        "1.6",
    ),
    "half": Mistake(
        "half a line was taken for a whole one",
        "At the end of the stream readline returns what is left. Only a line with its line end is whole.",
        "1.6",
    ),
    "spaces": Mistake(
        "spaces of a value were lost",
        "split() cuts at every space, strip() takes them off both ends. Cut once, at the first one: "
        "line.partition(' '), and take off nothing but the line end.",
    ),
    "stale": Mistake(
        "the path of a dead server is still there",
        "A socket's path stays when its server has ended, and bind refuses a path that is there. If nobody listens "
        "behind it any more, remove it first.",
        "1.6",
    ),
    "unlinked": Mistake(
        "something of others was removed",
        "Look before you remove: os.lstat and stat.S_ISSOCK tell whether it is a socket at all, connect whether "
        "somebody listens behind it.",
        "1.6",
    ),
    "busy": Mistake(
        "no answer was taken for nobody, or waited for without a limit",
        "Only ConnectionRefusedError says that nobody listens. A live server with a full queue does not answer: ask "
        "with settimeout, and leave the path alone whatever else connect raises.",
        "1.6",
    ),
    "words": Mistake(
        "a command is a whole word",
        "Cut the line at its first space, and compare what is before it with ==. Then see whether what is behind it is "
        "there at all: a text of no characters is no argument.",
        "1.6",
    ),
    "permissions": Mistake(
        "a socket's path has permissions, like a file",
        "os.chmod(path, 0o600) after bind and before listen: until then nobody can connect.",
        "1.6",
    ),
    "resume": Mistake(
        "what had come before the timeout was lost",
        "Keep received bytes in the object, where the next call finds them. A local variable forgets them, and a file "
        "object of makefile refuses to be read after a timeout.",
        "1.4",
    ),
    "injection": Mistake(
        "a line end inside of a line",
        "A text with a line end in it arrives as two lines, and the second may be a command. Look for it first, and "
        "refuse it before anything is sent.",
        "1.3",
    ),
    "stripped": Mistake(
        "more was taken off than the line end",
        "strip() takes every space, splitlines() knows a dozen line ends. Split at the byte b'\\n', and take at most "
        "one b'\\r' off before it: removesuffix does that.",
        "1.3",
    ),
    "sessions": Mistake(
        "one message needs one session",
        "An envelope may have any number of recipients. Name them one after the other, each with its own RCPT, then "
        "send the message once.",
        "2.4",
    ),
    "refusals": Mistake(
        "a refusal is about one recipient",
        "The server answers each RCPT on its own. smtplib goes on as long as one is accepted, and returns the others "
        "with their replies; only if all are refused does it raise.",
        "2.4",
    ),
    "glued": Mistake(
        "a message is more than its words with colons between",
        "Headers are ASCII, lines have at most 998 bytes and end in CRLF, and everything else has to be encoded. "
        "EmailMessage does all of that: message['Subject'] = …, message.set_content(…), message.add_attachment(…).",
        "2.4",
    ),
    "line-break": Mistake(
        "a line break begins a header, or a command, of its own",
        "Whoever may write a subject or an address could then write headers and commands. Look through all of these "
        "texts before you connect; the message's headers refuse line breaks, the envelope has nobody who does.",
        "2.4",
    ),
    "dots": Mistake(
        "a line that begins with a dot is sent with one more",
        "A dot alone ends the text, so the sender puts a dot before each line that begins with one, and the receiver "
        "takes it off again.",
        "2.3",
    ),
    "accepted": Mistake(
        "once the message is accepted, it is sent",
        "With its 250 the server has taken over. If the goodbye fails after that, nothing has to be repeated: who "
        "sends the mail again delivers it twice.",
        "2.4",
    ),
    "bcc": Mistake(
        "the envelope is not the header",
        "Who gets a mail is what RCPT says. Put the hidden ones there, and write no header about them.",
        "2.4",
    ),
    "in the clear": Mistake(
        "a password was sent where anybody could read it",
        "Before STARTTLS everything on the wire is plain text. If the server does not offer it, give up: that is also "
        "what an attacker in between would make it look like.",
        "2.4",
    ),
    "unverified": Mistake(
        "encrypted, but for whom?",
        "starttls() without a context encrypts for whoever answers. ssl.create_default_context(cafile=…) also checks "
        "who signed the certificate and whether it names this host.",
        "2.4",
    ),
    "goodbye": Mistake(
        "the session was not ended",
        "Say QUIT and wait for the reply, then close: the `with` block of smtplib's and ftplib's clients does both.",
        "2.4",
    ),
    "telnet": Mistake(
        "Telnet's own bytes are mixed into the text",
        "IAC (0xFF) begins a command. Take commands out before you look at the text: two bytes, three with WILL, WONT, "
        "DO and DONT, everything up to IAC SE with SB. Refuse WILL with DONT and DO with WONT; IAC IAC is one byte of "
        "text.",
        "2.3",
    ),
    "prompt": Mistake(
        "the prompt's text is not yet a prompt",
        "It is one where it stands alone in the last line, which is not finished. Cut what has come into lines, and "
        "compare the whole last one; do not search.",
        "2.3",
    ),
    "pager": Mistake(
        "a pager waits for a key",
        "When the unfinished line is --More--, type a space without Enter. What it shows and wipes out again stands "
        "before the last CR of its line.",
        "2.3",
    ),
    "echo": Mistake(
        "an echo may be there or not",
        "Whether a device repeats what is typed is agreed on, or simply done. Compare the first line with the command, "
        "and leave it out only if it is that.",
        "2.3",
    ),
    "decoded": Mistake(
        "the bytes of a letter are not its text",
        "Content comes in base64 or quoted-printable, in a charset that the part names, rightly or not. get_content() "
        "of a part undoes both; get_payload() alone undoes nothing.",
        "2.4",
    ),
    "encoded words": Mistake(
        "an encoded word was taken for its text",
        "Headers beyond ASCII are written as =?charset?encoding?text?=, possibly in several pieces. With "
        "policy=email.policy.default, message['Subject'] and get_filename() are decoded.",
        "2.4",
    ),
    "parts": Mistake(
        "a letter is a tree of parts",
        "A part may hold parts, and so on. message.walk() visits all of them; get_body(('plain', 'html')) finds the "
        "text.",
        "2.4",
    ),
    "quit": Mistake(
        "deletions are made real by QUIT",
        "DELE only marks. If the session ends in another way than with QUIT, all marks are forgotten.",
        "2.4",
    ),
    "all fetched": Mistake(
        "a letter was deleted before all were safe",
        "Fetch all of them first, then mark, then say QUIT. On the way out of an exception there must be no QUIT, or "
        "what was marked is gone.",
        "2.4",
    ),
    "peek": Mistake(
        "fetching a letter marks it as read",
        "RFC822 and BODY[] set \\Seen. BODY.PEEK[] does not, and a mailbox opened with readonly=True cannot be "
        "changed.",
        "2.4",
    ),
    "literal": Mistake(
        "a literal is so many bytes, whatever is in them",
        "What a FETCH brings is a list whose tuples hold a letter as their second half. Do not look for line ends or "
        "brackets in it.",
        "2.4",
    ),
    "quoted": Mistake(
        "a name with spaces needs quotation marks",
        "IMAP parts a command at its spaces. Put the name into quotation marks, with a backslash before each quotation "
        "mark and backslash in it.",
        "2.4",
    ),
    "text mode": Mistake(
        "bytes were taken for text",
        "In FTP's type A, line ends are translated, and retrlines and storlines use it. For bytes there are type I, "
        "retrbinary and storbinary, and files that are opened with 'rb' and 'wb'.",
        "2.3",
    ),
    "unchanged": Mistake(
        "a copy is known by its size and its time",
        "Give each file the server's time when it has come (os.utime), and fetch it again if its size or its time is "
        "another one. A program that compares only one of them misses changes.",
        "2.3",
    ),
    "one for all files": Mistake(
        "one file that fails must not end it for all",
        "Catch what may go wrong with one file around that file, note it, and go on with the next.",
        "2.3",
    ),
    "half a file": Mistake(
        "half a file was taken for a whole one",
        "A file is whole when the server has said 226 and the size is that of the listing. Write beside the real file, "
        "and rename when both are true.",
        "2.3",
    ),
    "next reply": Mistake(
        "the last reply of one transfer was taken for the answer to the next command",
        "When a data connection breaks, a reply about it is still to come on the control connection. Read it, or begin "
        "a new session.",
        "2.3",
    ),
    "plain names": Mistake(
        "not every server has machine listings",
        "MLSD came late (RFC 3659). Where the answer is 500, NLST gives the names; CWD, SIZE and MDTM tell the rest.",
        "2.3",
    ),
    "pasv": Mistake(
        "an address was believed that the server had no reason to send",
        "The data connection goes to the host of the control connection; from the reply to PASV take only the port. "
        "Who follows the address can be sent anywhere.",
        "2.3",
    ),
    "circles": Mistake(
        "a tree with links is no tree",
        "A link to a folder above leads round in circles. Remember which folders you have been in, by the fact "
        "`unique`, and do not enter one twice.",
        "2.3",
    ),
    "checksum": Mistake(
        "the Internet checksum is the inverse of a sum of 16-bit words",
        "Take the bytes two by two, the first one high (struct's '!H'). Add what overflows 16 bits in again, until "
        "nothing does, and only then invert all 16 bits.",
        "1.6",
    ),
    "pseudo-header": Mistake(
        "the TCP and UDP checksums cover more than their message",
        "They begin with a pseudo-header of 12 bytes: both addresses, a zero byte, the protocol, and the length of the "
        "message in 2 bytes. ICMP's covers the message alone, and the IP header's only the IP header.",
        "1.6",
    ),
    "odd": Mistake(
        "an odd byte at the end is the high half of a word",
        "Sum as if a zero byte followed it. The zero byte is not part of the data: no length counts it.",
        "1.6",
    ),
    "carry": Mistake(
        "adding the carries in can overflow again",
        "0xffff + 2 is 0x10001, and adding its carry in makes 2. Fold in a loop, while the sum has more than 16 bits.",
        "1.6",
    ),
    "header length": Mistake(
        "headers have no fixed length",
        "The header says itself how many words of 4 bytes it has: IPv4 in the low half of byte 0, TCP in the high half "
        "of byte 12. What follows begins there, and not at 20.",
        "1.6",
    ),
    "reserved": Mistake(
        "some bits of a byte belong to another field",
        "Shift what you want down to the lowest bit, mask off the rest, and only then multiply: `byte >> 2` is not "
        "4 * (byte >> 4), as soon as a low bit is set.",
        "1.6",
    ),
    "no checksum": Mistake(
        "0 means that there is no UDP checksum",
        "A sender may leave it out (RFC 768), and then nobody can say whether it is right. So that 0 is free for that, "
        "one that comes out as 0 is sent as 0xffff, which is the same number in this arithmetic.",
        "1.6",
    ),
    "padding": Mistake(
        "the packet ends where its length says",
        "A short frame is padded on the link, and what was received is then longer than the packet. Cut at the total "
        "length, in UDP also at its own length, before you sum or return anything.",
        "1.6",
    ),
    "does not fit": Mistake(
        "a length that does not fit was believed",
        "Compare each length with what its header needs and with what is there, before you read on. Do not wait for an "
        "error: a slice that is too short raises nothing.",
        "1.6",
    ),
    "fragments": Mistake(
        "three flags and an offset share 16 bits",
        "The offset is the low 13 bits, in units of 8 bytes. Only what begins at offset 0 has a transport header; a "
        "later fragment begins somewhere in the data.",
        "1.6",
    ),
    "again": Mistake(
        "what is not acknowledged must be sent again",
        "The packet or its acknowledgement was lost, and the sender cannot know which. When the timeout is over, send "
        "the same packet again, and wait again.",
        "1.5",
    ),
    "storm": Mistake(
        "only a timeout is a reason to send again",
        "An acknowledgement that comes twice, or late, says nothing new: forget it and go on waiting. Whoever answers "
        "each copy with another copy fills the network (the Sorcerer's Apprentice bug, RFC 1123).",
        "1.5",
    ),
    "copy": Mistake(
        "a packet that comes again is no new one",
        "Its acknowledgement was lost, or it was doubled on the way. Look at its number: acknowledge it again, and do "
        "not keep it again.",
        "1.5",
    ),
    "damage": Mistake(
        "a damaged packet is as good as lost",
        "Compute the CRC-32 before you believe anything in a packet, its type and number too. If it does not hold, do "
        "as if nothing had come.",
        "1.5",
    ),
    "linger": Mistake(
        "the last acknowledgement may be lost",
        "Nobody acknowledges an acknowledgement. Stay for a while after the last one, and repeat it when the final "
        "packet comes again.",
        "1.5",
    ),
    "nothing": Mistake(
        "nothing is something, too",
        "Without data there are no blocks, but the other side still waits for the end. Send the final packet.",
        "1.5",
    ),
    "in turn": Mistake(
        "one thing at a time was asked for",
        "Send, then wait until that is answered or its time is over, and only then send the next.",
        "1.5",
    ),
    "twice": Mistake(
        "the same reply may come twice",
        "Remember which probes have been answered. Receive in a loop until the reply to this one is there: what else "
        "comes is counted and then forgotten.",
        "1.5",
    ),
    "late": Mistake(
        "a late reply is not the reply to the next probe",
        "Look at the number in each reply. One whose time is over counts as late, has no round-trip time, and does not "
        "end the wait for the present probe.",
        "1.5",
    ),
    "no times": Mistake(
        "of no times there is no average",
        "min() and a division by len() fail if nothing came. Say None before you compute.",
        "1.5",
    ),
    "refused": Mistake(
        "a refusal is news about the path, not an error of the program",
        "A connected UDP socket raises ConnectionRefusedError when nobody listens, from recv or from the next send. "
        "Count the probe as lost and go on.",
        "1.5",
    ),
    "status": Mistake(
        "a status is an answer, not a failure",
        "404 and 500 come with headers and a body, and so does 302. urlopen raises HTTPError for them, which is an "
        "answer itself: it has .code, .headers and .read(). It also follows redirects unless its opener is told not "
        "to.",
        "2.1",
    ),
    "query": Mistake(
        "a query was glued to the URL",
        "Take the URL apart (urlsplit), encode the parameters (urlencode with doseq=True, which makes several of a "
        "list), and join them with what is there already by a '&'. What stands behind a '#' is not sent.",
        "2.1",
    ),
    "repeats": Mistake(
        "a header may come more than once",
        "A dictionary keeps one value for each name. Go through all of them (headers.items(), or get_all) and collect "
        "the values of a name in a list.",
        "2.1",
    ),
    "no body": Mistake(
        "not every answer has a body",
        "The answer to HEAD describes a body that does not come, and 204 and 304 have none. Let the library decide "
        "how much there is to read.",
        "2.1",
    ),
    "short body": Mistake(
        "half a body was taken for the whole",
        "read() without a number complains when the body is too short, read(n) does not. After the last read, look at "
        "what is missing of the announced length (response.length).",
        "2.1",
    ),
    "content type": Mistake(
        "the server was not told what the body is",
        "Bytes do not say what they are. Send the Content-Type that belongs to the body; urllib takes every body for "
        "a form unless told otherwise.",
        "2.1",
    ),
    "schemes": Mistake(
        "urlopen opens more than the web",
        "It also reads files of your own disk (file:), and asks FTP servers. Look at the scheme before anything is "
        "opened, and allow what you mean to allow.",
        "2.1",
    ),
    "false": Mistake(
        "an empty value was taken for none",
        "0, False, '', [] and {} are all false in an `if`. Ask for what you mean: `is not None`.",
        "2.1",
    ),
    "unasked": Mistake(
        "a password was shown to whom had not asked for it",
        "Send name and password only in answer to a challenge (a 401 with WWW-Authenticate), as HTTPBasicAuthHandler "
        "does. A header that is added beforehand goes along with every request.",
        "2.2",
    ),
    "leak": Mistake(
        "a secret went to another host",
        "Headers of add_header travel along with every redirect, wherever it leads. Leave cookies to a cookie jar and "
        "passwords to a password manager, which know for which host they are, and look where a redirect leads before "
        "you follow it.",
        "2.2",
    ),
    "method": Mistake(
        "a redirect decides about the method",
        "After 301, 302 and 303 go on with a GET and without a body. 307 and 308 want the same request again: the "
        "same method, the same body.",
        "2.2",
    ),
    "cookies": Mistake(
        "a cookie does not belong everywhere",
        "It has a host, a path, a date on which it ends, and may be for https only. http.cookiejar knows these rules, "
        "a header that is copied by hand does not.",
        "2.2",
    ),
    "backoff": Mistake(
        "the wait is not what the rule says",
        "Before repetition n it is rng() * min(cap, base * 2 ** (n - 1)): the span doubles with each repetition, the "
        "cap bounds it, and chance says how much of it is waited. Without chance, all clients that failed together "
        "come back together.",
        "2.2",
    ),
    "last": Mistake(
        "nothing comes after the last attempt",
        "Whoever sleeps after it waits for nothing. Ask whether an attempt is left before you sleep, and give back "
        "what the last one brought: its answer, or its exception.",
        "2.2",
    ),
    "retry-after": Mistake(
        "the server said when to come back",
        "Retry-After has whole seconds or a date. Wait at least so long; if it is anything else, do as if it were not "
        "there.",
        "2.2",
    ),
    "deadline": Mistake(
        "a deadline is for everything",
        "Before each wait ask whether it ends in time, and before each attempt how much time is left: it gets no more "
        "than that. What cannot be done in time is not begun.",
        "2.2",
    ),
    "continue": Mistake(
        "a broken download need not begin anew",
        "What is in the part file is won. Ask for the rest (Range: bytes=N-, where N is the size of the part), and "
        "take the loop's next turn after whatever breaks a connection.",
        "2.2",
    ),
    "if-range": Mistake(
        "the other half of another file",
        "Between two attempts the file may have changed. Send what identifies it (a strong ETag, else Last-Modified) "
        "in If-Range; without either nobody can know, so begin anew.",
        "2.2",
    ),
    "200": Mistake(
        "a 200 is the whole file",
        "A server may ignore Range. Let the status of the answer decide: 206 goes behind what you have, 200 takes its "
        "place.",
        "2.2",
    ),
    "content-range": Mistake(
        "a 206 says itself what it brings",
        "Compare its Content-Range with what you asked for and with the size that you know, before you write a byte "
        "of it.",
        "2.2",
    ),
    "416": Mistake(
        "nothing is left to be sent",
        "416 says in Content-Range how long the file is (bytes */N). If the part is just as long, it is complete; "
        "else it is of no use.",
        "2.2",
    ),
    "digest": Mistake(
        "a digest is checked before the file gets its name",
        "Compare it on the part file. Then nobody ever sees a wrong file under the right name, and a wrong part can "
        "be thrown away.",
        "2.2",
    ),
    "progress": Mistake(
        "progress is about the whole file",
        "Tell how many bytes are in the part, those of earlier attempts included, and how long the whole is. A 206 "
        "has the length of the rest in Content-Length, and that of the whole in Content-Range.",
        "2.2",
    ),
    "part": Mistake(
        "a part file says nothing about itself",
        "Continue it only if you wrote down, beside it, from which URL it is and by which validator it can be "
        "continued. Throw away any other.",
        "2.2",
    ),
    "replace": Mistake(
        "a file was written over",
        "Whoever reads it meanwhile gets a mixture, and if something fails the old one is gone. Write another file, "
        "and let os.replace give it the name at the end.",
        "2.2",
    ),
    "memory": Mistake(
        "the whole was held in memory",
        "Read a piece, write it, forget it. Then the file may be larger than the memory.",
        "2.2",
    ),
}

MEANINGS: dict[type[BaseException], str] = {
    ConnectionRefusedError: "refused: nobody listens on that port (or the listener is gone)",
    ConnectionResetError: "reset: the other side aborted the connection; bytes may be missing",
    BrokenPipeError: "broken pipe: this side sent after the other had closed or reset",
    TimeoutError: "timed out: the other side did not answer (or not fast enough)",
    BlockingIOError: "would block: the socket is non-blocking and nothing is there yet",
    EOFError: "the stream ended before everything had come",
}
"""What the usual exceptions of a conversation say about it."""
