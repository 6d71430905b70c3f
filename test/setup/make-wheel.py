"""Writes a wheel with one small program into the folder that is named."""

import sys
import zipfile

METADATA = "Metadata-Version: 2.1\nName: pretend-server\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

with zipfile.ZipFile(f"{sys.argv[1]}/pretend_server-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("pretend_server/bin/server", "#!/bin/sh\necho serving\n")
    wheel.writestr("pretend_server-1.0.dist-info/METADATA", METADATA)
    wheel.writestr("pretend_server-1.0.dist-info/WHEEL", WHEEL)
    wheel.writestr("pretend_server-1.0.dist-info/RECORD", "")
