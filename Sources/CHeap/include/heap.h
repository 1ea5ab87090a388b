#pragma once

/// Two heaps for all threads, and large blocks straight from the system.
void eventlog_bound_heaps(void);

/// Gives back to the system what freed memory holds.
void eventlog_trim_heaps(void);
