"""Pages compressed once around a slot."""

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.slotted_gzip import slotted


@given(
    before=st.binary(max_size=3000), slot=st.binary(max_size=300), after=st.binary(max_size=3000)
)
def test_any_slot_gives_one_valid_member(before, slot, after):
    page = slotted(before, after)

    packed = page.gzipped(slot)

    assert gzip.decompress(packed) == before + slot + after == page.plain(slot)
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(packed) == page.plain(slot)
    assert reader.eof
    assert reader.unused_data == b""


def test_a_page_is_compressed_once_for_all_slots():
    page = slotted(b"<p>welcome</p>" * 400, b"</html>")

    assert len(page.gzipped(b"0" * 36)) < 200
    assert page.gzipped(b"a") != page.gzipped(b"b")
