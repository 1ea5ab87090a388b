#define _GNU_SOURCE
#include "CPriority.h"
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From linux/ioprio.h, which not every system has: who, class and level of a thread's disk accesses. */
enum { io_who_process = 1, io_class_best_effort = 2, io_class_shift = 13, io_level_lowest = 7 };

void eventlog_lower_thread_priority(void) {
    const id_t thread = (id_t)syscall(SYS_gettid);
    (void)setpriority(PRIO_PROCESS, thread, 10);
    (void)syscall(SYS_ioprio_set, io_who_process, (int)thread,
                  io_class_best_effort << io_class_shift | io_level_lowest);
}
