#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern. Any number of threads may search with it at a time.
typedef struct eventlog_regex eventlog_regex;

/// Compiles a UTF-8 pattern into at most `memory_max` bytes, which is also what searching may cache.
/// Returns NULL if it is malformed or too large, with the reason in `error`, cut and ended by a zero.
eventlog_regex *eventlog_regex_compile(
    const uint8_t *pattern, size_t size, int64_t memory_max, uint8_t *error, size_t error_size);

void eventlog_regex_free(eventlog_regex *regex);

/// Groups in parentheses, without the whole match.
int eventlog_regex_group_count(const eventlog_regex *regex);

/// Finds the leftmost match at or after `start` in time linear in `size`.
/// `spans` gets begin and end of the whole match and of the first `group_count` groups; -1, -1 where a
/// group took no part.
bool eventlog_regex_find(
    const eventlog_regex *regex, const uint8_t *text, size_t size, size_t start, int64_t *spans,
    int group_count);

#ifdef __cplusplus
}
#endif
