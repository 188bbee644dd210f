"""How the C library of the system holds the memory of large answers."""

import ctypes

# The names of settings in <malloc.h> of the GNU C library.
TRIM_THRESHOLD = -1
MMAP_THRESHOLD = -3
MIB = 1 << 20


def keep_some() -> bool:
    """Have a few MiB kept that are free, where it is the GNU C library; says whether it is.

    By default each answer of some hundred KiB gets new memory from the system and gives it back at
    once. To have its pages cleared and found takes longer than to make the answer.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return all((tell(MMAP_THRESHOLD, 4 * MIB), tell(TRIM_THRESHOLD, 8 * MIB)))
