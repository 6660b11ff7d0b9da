'''
mistake = "Packs the port in the byte order of the machine"
code = "W11"
loses = [
    "pack_endpoint writes the family, the address and the port",
    "pack_endpoint refuses an address that is not written in full, or has a zone",
]
told = ["the network's byte order is big-endian"]
'''


# %% answer-pack-endpoint
import ipaddress
import struct


def pack_endpoint(address, port):
    ip = ipaddress.ip_address(address)
    if getattr(ip, "scope_id", None) is not None:
        raise ValueError(f"{address} has a zone, which the bytes of an address do not hold")
    if type(port) is not int or not 0 <= port <= 65535:
        raise ValueError(f"{port!r} is no port")
    return bytes([ip.version]) + ip.packed + struct.pack("<H", port)
