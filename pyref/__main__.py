"""The Python worker: ``python3 -m pyref``.

The first lines must be readable to any Python 3.6 or newer, so that one that
is too old says so instead of complaining about syntax.
"""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 10):
        sys.stderr.write(
            "pyref needs Python 3.10 or newer, this is %d.%d.%d (%s)\n"
            % (sys.version_info[:3] + (sys.executable,))
        )
        sys.exit(2)

    from pyref import sdk
    from pyref.suite import implementation

    sys.exit(sdk.main(implementation()))
