'''
mistake = "Sleeps for a moment and takes what has come by then"
loses = [
    "Options, questions and prompt come byte by byte",
    "The prompt's text inside of a line is no prompt, not even when nothing comes for a while",
    "The pager waits every 5 lines for a key, and leaves no trace in the output",
    "A device that takes its time",
    "A device that falls silent: TimeoutError, in time",
    "A byte now and then, for ever: TimeoutError, in time",
    "A device that hangs up in the middle: EOFError, and no half output",
    "A reset in the middle is raised",
    "5 MB of output",
]
told = ["wanted"]
'''


# %% answer-run-commands
import re
import socket
import time

COMMAND = re.compile(rb"\xff(?:\xff|([\xfb-\xfe])(.)|\xfa(?:[^\xff]|\xff[^\xf0])*\xff\xf0|[\xf0-\xf9])", re.DOTALL)


def run_commands(host, port, *, username, password, commands, prompt, timeout=5.0):
    with socket.create_connection((host, port), timeout=timeout) as sock:

        def answer(command):
            if command[0] == b"\xff\xff":
                return b"\xff"
            if command[1] in (b"\xfb", b"\xfd"):
                sock.sendall(bytes([255, 254 if command[1] == b"\xfb" else 252]) + command[2])
            return b""

        def read():
            time.sleep(0.2)
            piece = sock.recv(1_000_000)
            if not piece:
                raise EOFError("the device has hung up")
            return COMMAND.sub(answer, piece).decode("latin-1")

        def ask(text):
            sock.sendall(f"{text}\r\n".encode("latin-1"))
            return read()

        read()
        ask(username)
        try:
            shown = ask(password)
        except EOFError:
            shown = ""
        if not shown.endswith(prompt):
            raise PermissionError(f"the device does not let {username} in")
        outputs = {}
        for command in commands:
            output = ask(command)
            while output.endswith("--More--"):
                sock.sendall(b" ")
                output = output.removesuffix("--More--") + read().removeprefix("\r        \r")
            output = output.removeprefix(f"{command}\r\n").removesuffix(prompt)
            outputs[command] = output.removesuffix("\r\n").replace("\r\n", "\n")
        return outputs
