'''
mistake = "Leaves ports that do not fit to struct, whose error is no ValueError"
loses = ["pack_endpoint refuses a port that is no number from 0 to 65535"]
told = ["wanted ValueError, got error"]
'''


# %% answer-pack-endpoint
import ipaddress
import struct


def pack_endpoint(address, port):
    ip = ipaddress.ip_address(address)
    if getattr(ip, "scope_id", None) is not None:
        raise ValueError(f"{address} has a zone, which the bytes of an address do not hold")
    return struct.pack(f"!B{len(ip.packed)}sH", ip.version, ip.packed, port)
