"""Files that only look like a bundle: refused in one sentence, whatever is broken inside."""

import io
import zipfile

import pytest

from studio.studies.results import bundle
from studio.studies.results.bundle import BundleFault


def _archive(method: int) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a", bytes(range(256)) * 40)
    return bytearray(out.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bundle_whose_bytes_were_damaged_is_refused(method):
    content = _archive(method)
    for place in range(31, 60):  # behind the header: what is compressed
        content[place] ^= 0x5A
    with pytest.raises(BundleFault):
        bundle.unpack(bytes(content))


@pytest.mark.parametrize("draws", ["1e999", "-5", "0", "10000000000000", "2.5", "true", '"200"'])
def test_a_bundle_cannot_order_any_number_of_draws(draws):
    with pytest.raises(BundleFault):
        bundle.draws({"study.json": f'{{"draws": {draws}}}'.encode()})
