'''
mistake = "Imports telnetlib, which Python 3.13 no longer has"
code = "W25"
loses = [
    "The output of each command comes home, without echo and prompt",
    "Every option is refused, and none of Telnet's own bytes is left in the output",
    "A command may put out nothing, and a device may not know one",
    "Options, questions and prompt come byte by byte",
    "Telnet's bytes may come at any time, and a doubled 0xFF is text",
    "The prompt's text inside of a line is no prompt, not even when nothing comes for a while",
    "The pager waits every 5 lines for a key, and leaves no trace in the output",
    "A device that sends no echo",
    "A device that takes its time",
    "A rejected login is a PermissionError, whether the device asks again or hangs up",
    "The exception of a rejected login does not tell the password",
    "A device that falls silent: TimeoutError, in time",
    "A byte now and then, for ever: TimeoutError, in time",
    "A device that hangs up in the middle: EOFError, and no half output",
    "A reset in the middle is raised",
    "5 MB of output",
    "Nothing is left open, however the session ends",
    "Waiting for the device does not burn the processor",
]
told = ["Python 3.13 no longer has it", "a module that is not there"]
'''


# %% answer-run-commands
import telnetlib


def run_commands(host, port, *, username, password, commands, prompt, timeout=5.0):
    with telnetlib.Telnet(host, port, timeout) as device:
        device.read_until(b"Username: ", timeout)
        device.write(f"{username}\r\n".encode())
        device.read_until(b"Password: ", timeout)
        device.write(f"{password}\r\n".encode())
        device.read_until(prompt.encode(), timeout)
        outputs = {}
        for command in commands:
            device.write(f"{command}\r\n".encode())
            output = device.read_until(prompt.encode(), timeout).decode("latin-1")
            outputs[command] = output.removeprefix(f"{command}\r\n").removesuffix(prompt).replace("\r\n", "\n").rstrip("\n")
    return outputs
