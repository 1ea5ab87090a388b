// The C library's heap settings, which Swift's Glibc module does not show.
#include "heap.h"
#include <malloc.h>

void eventlog_bound_heaps(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    // Trimming is up to eventlog_trim_heaps: done at every large free it cost a tenth of ingest.
    mallopt(M_TRIM_THRESHOLD, 1 << 29);
}

void eventlog_trim_heaps(size_t free_max) {
    if (mallinfo2().fordblks > free_max) malloc_trim(0);
}
