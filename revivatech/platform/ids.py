"""Public codes that people read aloud, and tokens nobody can guess."""

from __future__ import annotations

import secrets

# Crockford base32: no I, L, O or U. The check character extends it by five symbols (modulo 37).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = ALPHABET + "*~$=U"
_READ_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code(prefix: str, *, length: int = 6) -> str:
    """`RT-7F3K9QM`: random characters, then a check character that is always a letter or digit."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(length))
        check = check_character(body)
        if check in ALPHABET:  # the five extra symbols are hard to say on the telephone
            return f"{prefix}-{body}{check}"


def check_character(body: str) -> str:
    value = 0
    for character in body:
        value = value * 32 + ALPHABET.index(character)
    return CHECK[value % 37]


def read_code(prefix: str, text: str, *, length: int = 6) -> str | None:
    """The code a person meant, or None. Case, spaces, dashes, a missing prefix and O/0, I/1, L/1 are forgiven."""
    bare = "".join(character for character in text.upper() if character.isalnum())
    if len(bare) == len(prefix) + length + 1 and bare.startswith(prefix):
        bare = bare[len(prefix) :]
    bare = bare.translate(_READ_ALIKE)
    if len(bare) != length + 1 or any(character not in ALPHABET for character in bare):
        return None
    return f"{prefix}-{bare}" if check_character(bare[:-1]) == bare[-1] else None


def new_token() -> str:
    """A private link's secret: 192 random bits, 32 URL-safe characters."""
    return secrets.token_urlsafe(24)
