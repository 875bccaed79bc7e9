"""GTIN-13 numbers for things that do not exist: prefixes 200–299 are for restricted circulation (GS1 General Specifications, 3.2)."""


def check_digit(digits: str) -> int:
    """The last digit of a GTIN: weights 3 and 1 from the right, up to the next ten."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return -total % 10


def restricted(number: int, prefix: str = "20") -> str:
    """The GTIN-13 with this running number in a restricted range; `prefix` two digits from 20 to 29."""
    if not ("20" <= prefix <= "29" and 0 <= number < 10**10):
        raise ValueError(f"no such restricted number: {prefix} {number}")
    body = f"{prefix}{number:010d}"
    return f"{body}{check_digit(body)}"
