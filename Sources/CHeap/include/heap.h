#pragma once
#include <stddef.h>

/// Two heaps for all threads, and large blocks straight from the system.
void eventlog_bound_heaps(void);

/// Gives back to the system what freed memory holds, if that is more than `free_max` bytes.
void eventlog_trim_heaps(size_t free_max);
