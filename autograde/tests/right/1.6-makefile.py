"""Reads through an unbuffered file object, which takes no more than it is asked for; writes through a buffered one."""

# %% answer-send-msg
import struct


def send_msg(sock, payload: bytes) -> None:
    with sock.makefile("wb") as file:
        file.write(struct.pack(">L", len(payload)))
        file.write(payload)


# %% answer-recv-msg
import io
import struct


def recv_msg(sock, *, max_size=1048576):
    with sock.makefile("rb", buffering=0) as file:

        def take(n):
            taken = io.BytesIO()
            while taken.tell() < n:
                piece = file.read(min(8192, n - taken.tell()))
                if not piece:
                    break
                taken.write(piece)
            return taken.getvalue()

        header = take(4)
        if header == b"":
            return None
        try:
            (size,) = struct.unpack(">L", header)
        except struct.error as error:
            raise EOFError("half a header") from error
        if size > max_size:
            raise ValueError(f"{size} > {max_size}")
        payload = take(size)
        if len(payload) != size:
            raise EOFError("half a payload")
        return payload
