"""Augmentation: small random changes to the pictures and texts that a model is trained on.

Every random number comes from the generator that is handed in, and each call draws the same count of them
whatever its settings, so that one setting never shifts the draws of another.
"""

import torch
from PIL import Image, ImageEnhance


def augment_picture(
    picture: Image.Image,
    generator: torch.Generator,
    *,
    crop: float = 0.1,
    flip: bool = True,
    jitter: float = 0.2,
) -> Image.Image:
    """A randomly cropped, mirrored and recoloured copy of an RGB picture, in the same size.

    crop: at most this share of each side is cut away, 0 <= crop < 1, each side by itself (so the aspect
    ratio varies a little); what is left is resized back bicubically, after Szegedy et al. 2015, arXiv
    1409.4842. flip: mirror left and right in half of all cases; turn it off where questions ask about
    left and right or where pictures hold writing. jitter: brightness, contrast and saturation are each
    multiplied by a factor in [1 - jitter, 1 + jitter], 0 <= jitter <= 1, after Howard 2013, arXiv
    1312.5402. Raises ValueError for settings out of range.
    """
    if not (0 <= crop < 1 and 0 <= jitter <= 1):
        raise ValueError("crop is a share in [0, 1) and jitter one in [0, 1]")
    draws = torch.rand(8, generator=generator, device=generator.device).tolist()
    width, height = picture.size
    columns, rows = width * (1 - crop * draws[0]), height * (1 - crop * draws[1])
    left, top = (width - columns) * draws[2], (height - rows) * draws[3]
    # Sums of fractions may pass the edge by a rounding error, which resize refuses.
    box = (left, top, min(left + columns, width), min(top + rows, height))
    picture = picture.resize(picture.size, Image.Resampling.BICUBIC, box)
    if flip and draws[4] < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    # What torchvision's adjust_brightness and its kin call for a PIL picture, without the import.
    kinds = (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color)
    for enhance, draw in zip(kinds, draws[5:], strict=True):
        picture = enhance(picture).enhance(1 + jitter * (2 * draw - 1))
    return picture


def drop_words(text: str, generator: torch.Generator, share: float = 0.1) -> str:
    """The text with each word dropped by chance `share`, 0 <= share <= 1, one random word always kept.

    Words are what white space parts; the ones kept stay in their order, parted by single spaces. Word
    dropout after Iyyer et al. 2015, "Deep Unordered Composition Rivals Syntactic Methods for Text
    Classification" (ACL). A text without words gives "". Raises ValueError for a share out of range.
    """
    if not 0 <= share <= 1:
        raise ValueError("share is in [0, 1]")
    words = text.split()
    draws = torch.rand(len(words) + 1, generator=generator, device=generator.device).tolist()
    spared = int(draws.pop() * len(words))
    kept = [word for word, draw in zip(words, draws, strict=True) if draw >= share]
    return " ".join(kept or words[spared : spared + 1])
