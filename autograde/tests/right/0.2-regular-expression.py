"""One regular expression for a line, and another search for names."""

# %% answer-parse-services
import re

LINE = re.compile(r"\s*(?P<name>\S+)\s+(?P<port>[0-9]+)/(?P<proto>[^\s/]+)(?P<aliases>(\s+\S+)*)\s*")


def parse_services(text):
    table = {}
    number = 0
    for line in text.split("\n"):
        number += 1
        line = re.sub("#.*", "", line.removesuffix("\r"))
        if not line.strip():
            continue
        found = LINE.fullmatch(line)
        if found is None or not 0 < int(found["port"]) < 65536:
            raise ValueError("cannot read line %d of the file" % number)
        for name in [found["name"]] + found["aliases"].split():
            key = name, found["proto"].lower()
            if key not in table:
                table[key] = int(found["port"])
    return table


# %% answer-service-for
def service_for(table, port, proto="tcp"):
    return next((name for name, its_proto in table if its_proto == proto and table[name, its_proto] == port), None)
