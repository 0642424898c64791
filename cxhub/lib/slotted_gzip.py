"""A page compressed once, with one slot whose bytes change for every reader.

The part before the slot is a deflate stream that ends in a full flush, the slot is a stored
block, the part after it is compressed by itself. Joined they are one valid gzip member; a
request costs a checksum and a concatenation, never a compression.
"""

import struct
import zlib
from typing import NamedTuple

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
LONGEST_SLOT = 0xFFFF


class Slotted(NamedTuple):
    """Both parts as they are and compressed, and the checksum and size that do not change."""

    before: bytes
    after: bytes
    packed_before: bytes
    packed_after: bytes
    checksum_before: int

    def plain(self, slot: bytes) -> bytes:
        """The page, not compressed."""
        return self.before + slot + self.after

    def gzipped(self, slot: bytes) -> bytes:
        """The page as one gzip member."""
        size = len(slot)
        checksum = zlib.crc32(self.after, zlib.crc32(slot, self.checksum_before))
        total = len(self.before) + size + len(self.after)
        return b"".join(
            (
                self.packed_before,
                struct.pack("<BHH", 0, size, size ^ LONGEST_SLOT),
                slot,
                self.packed_after,
                struct.pack("<II", checksum, total & 0xFFFFFFFF),
            )
        )


def slotted(before: bytes, after: bytes) -> Slotted:
    """Compress both parts of a page around its slot."""
    first = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed_before = HEADER + first.compress(before) + first.flush(zlib.Z_FULL_FLUSH)
    second = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed_after = second.compress(after) + second.flush(zlib.Z_FINISH)
    return Slotted(before, after, packed_before, packed_after, zlib.crc32(before))
