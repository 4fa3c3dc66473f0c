"""Giving back what a model took in memory, on the graphics card too, once nothing names it."""

import gc


def give_back() -> None:
    """Collect what nobody names any more, and empty PyTorch's own store on the graphics card."""
    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
