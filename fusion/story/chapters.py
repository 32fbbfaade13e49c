"""The seven steps in the order of the article's flow chart (section 2.3)."""

from collections.abc import Callable
from dataclasses import dataclass

from fusion.story.align import align
from fusion.story.encode import encode
from fusion.story.fuse import fuse
from fusion.story.modality import modality
from fusion.story.output import output
from fusion.story.preprocess import preprocess
from fusion.story.run import Run
from fusion.story.step import Step
from fusion.story.train import train


@dataclass(frozen=True)
class Chapter:
    """title: a key of `say`. term: the article's."""

    name: str
    title: str
    term: str
    tell: Callable[[Run], Step]


CHAPTERS = (
    Chapter("preprocess", "Preprocess", "数据预处理", preprocess),
    Chapter("encode", "Encode", "特征提取", encode),
    Chapter("modality", "Is it multimodal?", "是否多模态？", modality),
    Chapter("align", "Align", "模态对齐", align),
    Chapter("fuse", "Fuse", "融合策略", fuse),
    Chapter("train", "Train", "模型训练", train),
    Chapter("output", "Output", "输出结果", output),
)


def tour(run: Run) -> tuple[Step, ...]:
    """What each chapter tells of one run."""
    return tuple(chapter.tell(run) for chapter in CHAPTERS)
