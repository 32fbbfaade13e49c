"""What a Space does, in a process of its own: prints the digests of tokens, and what was lent for them.

"stand-in": `spaces` is the one beside this file. "warm": warm up as the page does.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image

torch.set_num_threads(1)


def forbidden(name: str) -> Callable[..., None]:
    def touched(*args: Any, **kwargs: Any) -> None:
        raise AssertionError(f"CUDA was touched before it was allowed, by {name}")

    return touched


def shown() -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (64, 80, 3), dtype=np.uint8))


def digest(tokens: Any) -> str:
    return hashlib.sha256(tokens.sequence.numpy().tobytes()).hexdigest()


def main() -> None:
    if "stand-in" in sys.argv:  # the real package forbids it by itself
        for name in ("_lazy_init", "init", "current_device", "set_device", "get_device_properties"):
            setattr(torch.cuda, name, forbidden(name))
        torch._C._cuda_init = forbidden("_cuda_init")  # type: ignore[attr-defined]
        torch.cuda.is_available = lambda: os.getpid() == main_process  # type: ignore[assignment]
    import spaces

    if "warm" in sys.argv:
        import fusion.ui  # noqa: F401
    decorated = list(getattr(spaces, "decorated", ()))

    from fusion.cache import encoded
    from fusion.device import accelerator, device, encoder_dtype, without_gpu

    said: dict[str, Any] = {"device": str(device()), "dtype": str(encoder_dtype())}
    said["accelerator"] = str(accelerator().device)
    said["picture"] = digest(encoded("efficientnet-lite0", shown()))
    lent = getattr(spaces, "lent", [])
    said["lent for a picture"] = len(lent)
    said["to another process"] = all(pid != main_process for pid in lent)
    said["text"] = digest(encoded("minilm", "a red shape"))
    with without_gpu():
        encoded("efficientnet-lite0", shown().rotate(90))
    if "warm" in sys.argv:
        from fusion.ui.launch import _warm

        _warm()
    said["lent in all"] = len(lent)
    said["decorated by the page"] = decorated
    print(json.dumps(said))


main_process = os.getpid()
if __name__ == "__main__":
    main()
