"""A download that was cut short."""

import urllib.request

def download(url):
    data = b""
    with urllib.request.urlopen(url, timeout=5) as response:
        while piece := response.read(1000):
            data += piece
    return len(data)


# %% the check
from autograde.servers.site import file, site

download = submitted("download")
score = Score(points=1, seed=1)
with score("A body that ends too early is an error", likely="W06"):
    with site({"/tides": file(b"high " * 1000)}) as server:
        with relay(server.address, to_student=[passes(upto=b"\r\n\r\n"), passes(2500), closes()]) as line:
            with raises(OSError):
                download(f"http://{line.host}:{line.port}/tides")
score
