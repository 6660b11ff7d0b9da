'''
mistake = "Takes slices without looking how many bytes there are"
code = "W12"
loses = ["unpack_endpoint refuses data that is cut off, too long, or of no known family"]
told = ["data was taken apart before it was looked at", "', 0)"]
'''


# %% answer-unpack-endpoint
import ipaddress


def unpack_endpoint(data):
    if data[:1] == b"\x04":
        return str(ipaddress.IPv4Address(data[1:5])), int.from_bytes(data[5:7], "big")
    if data[:1] == b"\x06":
        return str(ipaddress.IPv6Address(data[1:17])), int.from_bytes(data[17:19], "big")
    raise ValueError("no endpoint begins like this")
