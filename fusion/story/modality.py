"""Is it multimodal? What was given, and which path therefore answers (是否多模态？)."""

from fusion.language import say
from fusion.story.run import Run
from fusion.story.step import Fork, Step, named


def modality(run: Run) -> Step:
    record = run.strategy
    return Step(
        sentences=tuple(_sentences(run)),
        formula="",
        tensors=tuple(
            named(
                f"{side.modality}.mask",
                side.tokens.mask,
                say("{real} of {count} true: real tokens", real=int(side.tokens.mask.sum()),
                    count=side.tokens.mask.numel()),
            )
            for side in run.sides
        ),
        fork=Fork(
            picture=run.picture is not None,
            text=bool(run.text),
            multimodal=record.modality == "both",
            strategy=record.name,
        ),
    )  # fmt: skip


def _sentences(run: Run) -> list[str]:
    record, given = run.strategy, run.reply.modality
    if given == "both" and record.modality == "both":
        return [say("A picture and a text are both here, so both go on to be aligned and fused.")]
    if given == "both":
        told = (
            say("A picture and a text are both here, yet {name} is a baseline that reads only the picture.")
            if record.modality == "image"
            else say("A picture and a text are both here, yet {name} is a baseline that reads only the text.")
        )
        return [
            told.format(name=record.name),
            say("It shows how far one modality gets by itself; every fusion has to beat it."),
        ]
    missing = (
        say("Only a picture was given, no text.")
        if given == "image"
        else say("Only a text was given, no picture.")
    )
    if record.modality == "both":
        return [
            missing,
            say("A vector learned for what is absent stands in its place, and {name} fuses with it.",
                name=record.name),
        ]  # fmt: skip
    if record.name == run.chosen:
        return [missing, say("The unimodal path answers: {name}.", name=record.name)]
    return [
        missing,
        say("The unimodal path answers: {name} in the place of {chosen}, which needs both.",
            name=record.name, chosen=run.chosen),
    ]  # fmt: skip
