'''
mistake = "Counts the dots, then packs with inet_aton, which reads 010 as an octal number"
code = "short forms"
loses = ["pack_endpoint refuses an address that is not written in full, or has a zone"]
told = ["inet_aton takes '127.1'", "pack_endpoint('010.0.0.1'"]
'''


# %% answer-pack-endpoint
import socket


def pack_endpoint(address, port):
    if type(port) is not int or not 0 <= port <= 65535:
        raise ValueError(f"{port!r} is no port")
    if ":" not in address and address.count(".") != 3:
        raise ValueError(f"{address!r} is no address")
    try:
        if ":" in address:
            return b"\x06" + socket.inet_pton(socket.AF_INET6, address) + port.to_bytes(2, "big")
        return b"\x04" + socket.inet_aton(address) + port.to_bytes(2, "big")
    except OSError as error:
        raise ValueError(f"{address!r} is no address") from error
