#pragma once

#include <sys/types.h>

/// Starts `/bin/sh -c command` in a process group of its own, with nothing of this process but its environment
/// and its standard error, which is its standard output too.
/// Returns the child's pid, or minus an errno.
pid_t eventlog_spawn_shell(const char *command);

/// Whether a child has ended; does not wait. Returns -1 while it runs, else its exit status, or 256 and the
/// number of the signal that ended it.
int eventlog_child_status(pid_t child);

/// Sends a signal to a child's whole group.
void eventlog_signal_group(pid_t child, int signal);
