"""Texts, names, paths and addresses that nobody would give who means well."""

import unicodedata
from random import Random

ELSEWHERE = "192.0.2.1"  # an address for documentation, which nobody has (RFC 5737)
PATHS = (
    "/etc/passwd",
    "/etc/shadow",
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "/proc/self/environ",
    "/proc/self/mem",
    "/dev/zero",
    "/dev/random",
    "~/.ssh/id_rsa",
    "C:\\Windows\\win.ini",
    "\\\\192.0.2.1\\share\\a.png",
    ".",
    "..",
    "/",
    "",
    " ",
    "a\0b.png",
    "%2e%2e%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "/" + "a" * 5000,
    "a/" * 3000,
    "$HOME/a.png",
    "`id`.png",
    "| id",
)
ADDRESSES = (
    f"http://{ELSEWHERE}/a.png",
    f"https://{ELSEWHERE}:8443/a.png",
    "http://127.0.0.1:9/a.png",
    "http://localhost:9/",
    "http://[::1]:9/a.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0:9/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    f"ftp://{ELSEWHERE}/a",
    "gopher://127.0.0.1:9/_x",
    "data:image/png;base64,iVBORw0KGgo=",
    "data:text/html,<script>alert(1)</script>",
    "javascript:alert(1)",
    f"hf://datasets/../../{ELSEWHERE}",
    f"zip://a::http://{ELSEWHERE}/a.zip",
    "http://",
    "http://\u2024\u2024/",
    "HTTP://user:password@192.0.2.1/",
)
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x2FF),
    (0x300, 0x36F),  # combining
    (0x370, 0x5FF),
    (0x600, 0x6FF),  # right to left
    (0x900, 0xDFF),
    (0xE00, 0xFFF),
    (0x1100, 0x11FF),
    (0x2000, 0x206F),  # spaces, joiners, directions
    (0x3000, 0x9FFF),
    (0xD800, 0xDFFF),  # surrogates
    (0xE000, 0xF8FF),  # for private use
    (0xFB00, 0xFDFF),
    (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFFF),
    (0x1F1E6, 0x1F64F),
    (0x20000, 0x2FA1F),
    (0xE0000, 0xE01EF),
    (0xF0000, 0x10FFFF),
)
_MARKED = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} {0} {value} %s %n %d",
    "'; DROP TABLE answers; --",
    "=cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "| a | b |\n|---|---|\n# title",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "\x1b[2J\x1b]0;title\x07",
    "null",
    "nan",
    "None",
    "true",
    "-1",
    "1e999",
    "--help",
    "\ufeff",
    "\ufdfa" * 400,  # 18 letters each in NFKC
    "e" + "\u0301" * 900,
    "\u202egnp.exe",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 50,
    "\u1100\u1161" * 300,
    "?" * 999,
    "\t\n\v\f\r\x85\u2028\u2029",
)


def text(random: Random, longest: int = 20_000) -> str:
    """Of any plane of Unicode, of several at once, or with a meaning elsewhere; mostly short."""
    way = random.randrange(10)
    if way == 0:
        return random.choice(_MARKED)[:longest]
    if way == 1:
        return place_or_address(random)[:longest]
    if way == 2:
        return "".join(random.choice(_MARKED) for _ in range(3))[:longest]
    if way == 3:
        return (random.choice(("a", "word ", "\u00e4", "\u4e00", "\0", "\ud800")) * longest)[
            : random.choice((longest, longest // 20))
        ]
    ranges = random.choices(_RANGES, k=random.choice((1, 1, 2, 5)))
    size = min(longest, random.choice((1, 3, 20, 200, 1000)))
    drawn = "".join(chr(random.randint(*random.choice(ranges))) for _ in range(size))
    return unicodedata.normalize("NFD", drawn) if way == 4 else drawn


def absurd_name(random: Random) -> str:
    """A file's name; not every one can be written."""
    stem = random.choice(
        (
            "CON",
            "-rf",
            "--help",
            " a ",
            "a" * 240,
            "a" * 300,
            "\u202egnp",
            "\u4f60" * 80,
            "a\nb",
            "a\x1bb",
            "'; rm",
            "$(id)",
            "<b>",
            "%00",
            "..",
            "\udc80",
            text(random, 60).replace("/", "_"),
        )
    )
    return stem + random.choice((".png", ".PNG", ".jpg", ".csv", ".png.exe", "", ".", " .png", ".p\u00f1g"))


def place_or_address(random: Random) -> str:
    """A path or an address that is not for a stranger to name."""
    return random.choice(PATHS if random.random() < 0.5 else ADDRESSES)
