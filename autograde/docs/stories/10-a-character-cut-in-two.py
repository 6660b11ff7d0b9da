"""Each piece decoded alone."""

class Decoder:
    def feed(self, data):
        return data.decode()


# %% the check
Decoder = submitted("Decoder")
score = Score(points=1, seed=1)
with score("A character may be cut in two", likely="W09"):
    for split in every_split("été".encode()):
        decoder = Decoder()
        assert "".join(decoder.feed(piece) for piece in split) == "été"
score
