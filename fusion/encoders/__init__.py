"""Frozen encoders: one file each. Adding one is one file and one import line here."""

from fusion.encoders import (  # noqa: F401  (each import registers an encoder, in this order)
    efficientnet_lite0,
    efficientnet_lite0_levels,
    minilm,
    word_embedding,
    clip_vit_b_32,
    resnet_50,
    vgg_16,
    bert_base,
    bert_base_multilingual,
    gpt2,
)
from fusion.encoders.base import ENCODERS, Encoder, EncoderRecord, common_channels
from fusion.errors import UserError
from fusion.language import say
from fusion.once import once

__all__ = ["ENCODERS", "Encoder", "EncoderRecord", "common_channels", "encoder_named", "load_encoder"]


def load_encoder(name: str) -> Encoder:
    """The encoder of that name, built once for the weights at hand; raises UserError where there are none."""
    return _built(name, ENCODERS[name].identity)


@once
def _built(name: str, identity: str) -> Encoder:
    return ENCODERS[name].build()


def encoder_named(name: str, modality: str) -> EncoderRecord:
    """The record of that name; raises UserError when it reads another modality."""
    record = ENCODERS[name]
    if not record.reads(modality):
        fitting = ", ".join(other.name for other in ENCODERS if other.reads(modality))
        known = {"name": name, "known": fitting}
        if modality == "image":
            raise UserError(say("{name} is no image encoder; choose one of: {known}.", **known))
        raise UserError(say("{name} is no text encoder; choose one of: {known}.", **known))
    return record
