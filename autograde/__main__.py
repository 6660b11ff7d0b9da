"""`python3 -m autograde`: find or make an interpreter that has the course's packages, then obey the command line.

Read by Pythons that the course does not support, so that they can say so: no syntax newer than Python 3.6.
"""

import os
import sys

if not __package__:  # run by its path, by the bootstrap: look for the package in the checkout, not for modules in here
    HERE = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [os.path.dirname(HERE)] + [entry for entry in sys.path if os.path.realpath(entry) != HERE]

from autograde import bootstrap


def main() -> None:
    """Obey the command line; the console script `autograde` begins here too."""
    bootstrap.enter()
    from autograde import cli

    sys.exit(cli.main())


if __name__ == "__main__":
    main()
