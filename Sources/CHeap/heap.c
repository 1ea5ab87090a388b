// The C library's heap settings, which Swift's Glibc module does not show.
#include "heap.h"
#include <malloc.h>

void eventlog_bound_heaps(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    mallopt(M_TRIM_THRESHOLD, 1 << 29);
}

void eventlog_trim_heaps(void) { malloc_trim(0); }
