#pragma once
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli) of `count` bytes, continuing from `crc` (0 to begin).
uint32_t eventlog_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Folds the front of `bytes` for a CRC-32 whose register (not inverted) holds `state`: `remainder`, taken in
/// by an empty register, leaves what the bytes would have left.
/// - Returns: how many bytes that stands for; 0 if they are too few or the processor cannot.
size_t eventlog_crc32_fold(uint32_t state, const void *bytes, size_t count, uint8_t remainder[16]);
