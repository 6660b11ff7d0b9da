"""Lets int and unpacking complain, and adds the line; keeps the names of each port in a list."""

# %% answer-parse-services
import io


def parse_line(line):
    name, where, *aliases = line.split()
    port, proto = where.split("/")
    if port.strip("0123456789") or not 1 <= int(port) <= 0xFFFF:
        raise ValueError("no port")
    if not proto:
        raise ValueError("no protocol")
    return [name, *aliases], proto.casefold(), int(port)


class Mistake(ValueError):
    pass


def parse_services(text: str) -> dict:
    found = []
    for number, line in enumerate(io.StringIO(text), 1):
        line, _, _ = line.partition("#")
        if line.isspace() or not line:
            continue
        try:
            names, proto, port = parse_line(line)
        except ValueError as error:
            raise Mistake(f"{number}: {error}") from error
        found += [((name, proto), port) for name in names]
    table = dict(reversed(found))
    return {key: table[key] for key, _ in found}


# %% answer-service-for
from collections import defaultdict


def service_for(table, port, proto="tcp"):
    names = defaultdict(list)
    for (name, its_proto), its_port in table.items():
        names[its_port, its_proto].append(name)
    return (names[port, proto] or [None])[0]
