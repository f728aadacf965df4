"""Builds the extension and puts it where `import edits` finds it."""

import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

here = Path(__file__).resolve().parent
built = {"linux": "libedits.so", "darwin": "libedits.dylib", "win32": "edits.dll"}[sys.platform]
suffix = next((s for s in EXTENSION_SUFFIXES if "abi3" in s), EXTENSION_SUFFIXES[-1])

if shutil.which("cargo") is None:
    sys.exit("cargo is missing: install Rust from https://rustup.rs")
status = subprocess.run(["cargo", "build", "--release", "--locked", "--target-dir", "target"], cwd=here / "native").returncode
if status:
    sys.exit(status)
shutil.copy(here / "native" / "target" / "release" / built, here / f"edits{suffix}")
