'''
mistake = "Returns the address as an object of ipaddress, not as text"
loses = [
    "unpack_endpoint reads what was written",
    "unpack_endpoint refuses data that is cut off, too long, or of no known family",
]
told = ["an IPv4Address object, not a str"]
'''


# %% answer-unpack-endpoint
import ipaddress


def unpack_endpoint(data):
    if len(data) != {4: 7, 6: 19}.get(data[0] if data else None):
        raise ValueError(f"no endpoint is like {data!r}")
    return ipaddress.ip_address(data[1:-2]), int.from_bytes(data[-2:], "big")
