'''
mistake = "Lets ipaddress read a zone, which its packed bytes do not hold"
code = "short forms"
loses = ["pack_endpoint refuses an address that is not written in full, or has a zone"]
told = ["the bytes have no room", "pack_endpoint('fe80::1%lo'"]
'''


# %% answer-pack-endpoint
import ipaddress
import struct


def pack_endpoint(address, port):
    ip = ipaddress.ip_address(address)
    if type(port) is not int or not 0 <= port <= 65535:
        raise ValueError(f"{port!r} is no port")
    return bytes([ip.version]) + ip.packed + struct.pack("!H", port)
