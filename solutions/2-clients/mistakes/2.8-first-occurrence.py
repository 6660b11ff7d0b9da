'''
mistake = "Takes the first occurrence of the prompt's text for the prompt"
loses = [
    "The prompt's text inside of a line is no prompt, not even when nothing comes for a while",
    "The pager waits every 5 lines for a key, and leaves no trace in the output",
]
told = ["the prompt's text is not yet a prompt"]
'''


# %% answer-run-commands
import re
import socket
import time

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240


def run_commands(
    host: str, port: int, *, username: str, password: str, commands: list[str], prompt: str, timeout: float = 5.0
) -> dict[str, str]:
    """Log in to a device, and return what each command puts out."""
    deadline = time.monotonic() + timeout
    with socket.create_connection((host, port), timeout=timeout) as sock:
        terminal = Terminal(sock, deadline)
        terminal.wait_for("Username: ")
        terminal.type(username)
        terminal.wait_for("Password: ")
        terminal.type(password)
        try:
            is_in = terminal.wait_for(prompt, "Username: ") == prompt
        except EOFError:
            is_in = False
        if not is_in:
            raise PermissionError(f"the device does not let {username} in")
        return {command: terminal.output_of(command, prompt) for command in commands}


COMMAND = re.compile(
    rb"\xff(?:(?P<data>\xff)|(?P<verb>[\xfb-\xfe])(?P<option>.)|\xfa(?:[^\xff]|\xff[^\xf0])*\xff\xf0|[\xf0-\xf9])",
    re.DOTALL,
)
REFUSALS = {DO: WONT, WILL: DONT}
MORE = "--More--"


class Terminal:
    """What a person at a terminal sees: whole lines, and the one in which the device is writing."""

    def __init__(self, sock, deadline):
        self._sock, self._deadline = sock, deadline
        self._command = b""  # the beginning of a Telnet command whose end is not there yet
        self._lines, self._line = [], bytearray()

    def type(self, text, end="\r\n"):
        """Send a line, and forget what has been on the screen."""
        self._lines, self._line = [], bytearray()
        self._sock.sendall((text + end).encode("latin-1").replace(b"\xff", b"\xff\xff"))

    def wait_for(self, *questions):
        """Read until the device waits behind one of these; which one."""
        while True:
            for question in questions:
                if question in visible(self._line):
                    before, _, after = visible(self._line).partition(question)
                    self._line = bytearray(before.encode("latin-1"))
                    return question
            self._receive()

    def output_of(self, command, prompt):
        """Type a command, turn the pages, and collect what is put out."""
        self.type(command)
        lines = []
        while self.wait_for(prompt, MORE) == MORE:
            lines += self._lines
            self.type(" ", end="")
        lines += self._lines
        return "\n".join(lines[lines[:1] == [command] :])

    def _receive(self):
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the session took too long")
        self._sock.settimeout(left)
        piece = self._sock.recv(65536)
        if not piece:
            raise EOFError("the device has hung up")
        *whole, rest = self._without_commands(self._command + piece).split(b"\n")
        for line in whole:
            self._lines.append(visible((self._line + line).removesuffix(b"\r")))
            self._line.clear()
        self._line += rest

    def _without_commands(self, data):
        text, at, self._command = bytearray(), 0, b""
        while (found := data.find(IAC, at)) >= 0:
            text += data[at:found]
            command = COMMAND.match(data, found)
            if command is None:
                self._command = data[found:]
                return text
            if command["data"]:
                text.append(IAC)
            elif command["verb"] and command["verb"][0] in REFUSALS:
                self._sock.sendall(bytes([IAC, REFUSALS[command["verb"][0]], command["option"][0]]))
            at = command.end()
        return text + data[at:]


def visible(line):
    """What can be seen of a line in which a CR goes back to its beginning."""
    return line.rpartition(b"\r")[2].decode("latin-1")
