"""The smallest wheels that pip accepts, and a build backend (PEP 660) that makes the course's own in the same way.

Standard library only: the bootstrap's tests copy this file into the checkouts that they set up, as their backend.
"""

from __future__ import annotations

import os
import zipfile

WHEEL = "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: str, name: str, version: str, files: dict[str, str]) -> str:
    """Write a wheel of `files` (path -> text) to `folder` and return its file name."""
    info = f"{name}-{version}.dist-info"
    everything = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": WHEEL,
    }
    record = f"{info}/RECORD"
    everything[record] = "".join(f"{path},,\n" for path in [*everything, record])
    filename = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, filename), "w") as wheel:
        for path, text in everything.items():
            wheel.writestr(path, text)
    return filename


def build_editable(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """The hook that `pip install --editable` calls, in the checkout."""
    return write_wheel(wheel_directory, "tiny_course", "1.0", {"tiny_course.pth": os.getcwd() + "\n"})
