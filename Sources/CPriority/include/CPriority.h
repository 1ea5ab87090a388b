#pragma once

/// Lets the other threads of the machine go first, at the processors and at the disks.
/// Where the system does not allow it, nothing happens.
void eventlog_lower_thread_priority(void);
