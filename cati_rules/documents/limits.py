"""How large a document may be: far above any honest one, and low enough that none can hang the tool."""

from typing import Final

# A disclosure of a large company is some hundred KB; this leaves room for a hundred of them in one file.
FILE_BYTES: Final = 16 * 1024 * 1024
# Later steps walk documents recursively; this stays far below Python's recursion limit of 1,000.
DEPTH: Final = 64
# Values after aliases are written out: nine lines of aliases to aliases ("billion laughs") make a billion.
VALUES: Final = 500_000
# A text counts as one value more per so many characters, so that aliases cannot multiply long texts either.
CHARACTERS_PER_VALUE: Final = 256
# One text: longer than any page of a report, shorter than what would stall a pattern.
TEXT_CHARACTERS: Final = 1_000_000
# No measurement has more digits, and sums and products of such numbers stay exact and quick.
NUMBER_DIGITS: Final = 40
# From 1e-30 to 1e30: a billion tonnes in grams is 1e15. Exact sums with 1e999999999 would fill the memory.
NUMBER_EXPONENT: Final = 30
# More problems than this in one file help nobody.
PROBLEMS: Final = 20
# The YAML parser compares each directive with all others, in quadratic time; an honest file has none.
TAG_DIRECTIVES: Final = 16
