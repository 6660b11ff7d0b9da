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
    "F14": Fault("duplicate datagrams", "datagrams arrive twice", ("duplicates",)),
    "F15": Fault("lost datagrams", "datagrams do not arrive", ("drops",)),
    "F16": Fault("late and reordered datagrams", "datagrams arrive late or in another order", ("reorders", "holds")),
    "F17": Fault("corrupted datagrams", "datagrams arrive with flipped bits or cut short", ("corrupts", "shortens")),
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
        "1.3",
    ),
    "W06": Mistake(
        "an error was turned into an answer",
        "A broken conversation must not look like a finished one. Let the exception fly, or raise a better one.",
        "1.3",
    ),
    "W07": Mistake(
        "listening on every interface",
        "An empty host or 0.0.0.0 lets the whole network in. Bind to the address that was asked for.",
        "1.2",
    ),
    "W08": Mistake(
        "a socket or file was left open",
        "Close it on every way out, errors too: `with socket.create_connection(...) as sock:` does.",
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
        "the network's byte order is big-endian", "Write the order down: struct's '!' or int.to_bytes(..., 'big')."
    ),
    "W12": Mistake(
        "a length was trusted before it was checked", "Check it against the limit before you read or reserve.", "1.3"
    ),
    "W13": Mistake(
        "a buffer without a limit", "Whoever sends decides how much memory you use. Set a limit and check it."
    ),
    "W14": Mistake("a name from the peer was trusted", "Clean it, or look it up among the names you allow."),
    "W15": Mistake("one client blocks all the others", "Serve each so that waiting for one does not stop the rest."),
    "W16": Mistake(
        "busy waiting",
        "A loop that asks again and again burns the processor. Let a blocking call with a timeout, or select, do the "
        "waiting.",
    ),
    "W17": Mistake(
        "shared state without a lock", "Two threads may change it at once. Guard it, or let only one own it."
    ),
    "W18": Mistake(
        "closing both directions at the first end",
        "An end means that the other side sends no more. It may still be reading.",
        "1.3",
    ),
    "W19": Mistake("whose reply is it?", "Check the sender, the identifier and the token before you believe a reply."),
    "W20": Mistake("the wall clock can jump", "Measure intervals with time.monotonic()."),
    "W21": Mistake(
        "a setting of the whole process was changed",
        "Other code runs in the same process. Set it on your own socket or object.",
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
    "forever": Mistake(
        "nothing limits the wait",
        "connect, accept and recv wait for as long as the other side likes. Give the socket a timeout before the first "
        "of them: socket.create_connection(address, timeout=…), or sock.settimeout(…).",
        "1.3",
    ),
    "unfinished": Mistake(
        "the answer cell is not done yet",
        "Write your code in the answer cell, run that cell, then run the check again.",
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
        "A text file object that is written to forgets what it had read ahead. Make two of the same socket: "
        "makefile('r') for one direction, makefile('w') for the other.",
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
