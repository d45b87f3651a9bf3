"""The shop's logo: made anew from the upload's pixels, small, and kept under the hash of what it is."""

from __future__ import annotations

import hashlib
import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from revivatech.platform.files.kinds import recognise
from revivatech.platform.files.pictures import make_picture
from revivatech.platform.problems import Invalid
from revivatech.shop.logos import path_of

MOST_BYTES = 2_000_000
SIZE = (480, 96)  # three times what the header shows, for fine screens
VISIBLE = 190  # greys below it have a contrast of at least 1.8 with white


def keep(upload: UploadedFile[bytes]) -> str:
    """Store the picture and return its name. Raises `Invalid` for what is no small picture."""
    if (upload.size or 0) > MOST_BYTES:
        raise Invalid({"logo": [_("The file is too large: 2 MB at most.")]})
    data = upload.read()
    found = recognise(data, "")
    if not found.pillow:
        raise Invalid({"logo": [_("Choose a picture: PNG, JPEG or WebP.")]})
    clean = make_picture(data, found, upload.name or "").encodings[0].data
    with Image.open(io.BytesIO(clean)) as image:
        image.thumbnail(SIZE, Image.Resampling.LANCZOS)
        if not _seen_on_white(image):
            raise Invalid({"logo": [_("This logo is too light to be seen on white. Choose one for light ground.")]})
        out = io.BytesIO()
        image.save(out, "PNG", optimize=True)
    name = hashlib.sha256(out.getvalue()).hexdigest()[:24]
    if not default_storage.exists(path_of(name)):
        default_storage.save(path_of(name), ContentFile(out.getvalue()))
    return name


def _seen_on_white(image: Image.Image) -> bool:
    """Headers, e-mails and papers are white, and in dark pages the logo stands on a white plate: some of it must be darker."""
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    dark = sum(paper.convert("L").histogram()[:VISIBLE])
    return dark * 100 >= image.width * image.height
