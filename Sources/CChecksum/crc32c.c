// CRC-32C with the processor's instruction where there is one (x86 SSE4.2, chosen at run time),
// else by table. Three interleaved streams hide the instruction's latency on long input.
#include "checksum.h"
#include <string.h>

#define POLYNOMIAL 0x82F63B78u

static uint32_t table[256];
static uint32_t long_shift[4][256], short_shift[4][256];
#define LONG_BLOCK 8192
#define SHORT_BLOCK 256

static uint32_t matrix_times(const uint32_t *matrix, uint32_t vector) {
    uint32_t sum = 0;
    for (; vector; vector >>= 1, matrix++)
        if (vector & 1) sum ^= *matrix;
    return sum;
}

static void matrix_square(uint32_t *square, const uint32_t *matrix) {
    for (int n = 0; n < 32; n++) square[n] = matrix_times(matrix, matrix[n]);
}

// The operator that advances a checksum over `count` zero bytes, as four byte-indexed tables.
static void make_shift(uint32_t shift[4][256], size_t count) {
    uint32_t odd[32], even[32];
    odd[0] = POLYNOMIAL;
    for (int n = 1; n < 32; n++) odd[n] = 1u << (n - 1);
    matrix_square(even, odd);
    matrix_square(odd, even);
    const uint32_t *operator_ = odd;
    do {
        matrix_square(even, odd);
        operator_ = even;
        count >>= 1;
        if (!count) break;
        matrix_square(odd, even);
        operator_ = odd;
        count >>= 1;
    } while (count);
    for (uint32_t n = 0; n < 256; n++)
        for (int byte = 0; byte < 4; byte++)
            shift[byte][n] = matrix_times(operator_, n << (8 * byte));
}

static uint32_t apply_shift(uint32_t shift[4][256], uint32_t crc) {
    return shift[0][crc & 0xff] ^ shift[1][(crc >> 8) & 0xff] ^ shift[2][(crc >> 16) & 0xff]
        ^ shift[3][crc >> 24];
}

__attribute__((constructor)) static void make_tables(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
        table[n] = crc;
    }
    make_shift(long_shift, LONG_BLOCK);
    make_shift(short_shift, SHORT_BLOCK);
}

static uint32_t by_table(uint32_t crc, const uint8_t *next, size_t count) {
    crc = ~crc;
    while (count--) crc = table[(crc ^ *next++) & 0xff] ^ (crc >> 8);
    return ~crc;
}

#if defined(__x86_64__)
static uint64_t load64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

__attribute__((target("sse4.2,crc32"))) static uint64_t three_streams(
    uint64_t crc0, const uint8_t **next, size_t *count, size_t block, uint32_t shift[4][256]) {
    while (*count >= block * 3) {
        uint64_t crc1 = 0, crc2 = 0;
        const uint8_t *p = *next, *end = p + block;
        do {
            crc0 = __builtin_ia32_crc32di(crc0, load64(p));
            crc1 = __builtin_ia32_crc32di(crc1, load64(p + block));
            crc2 = __builtin_ia32_crc32di(crc2, load64(p + 2 * block));
            p += 8;
        } while (p < end);
        crc0 = apply_shift(shift, (uint32_t)crc0) ^ (uint32_t)crc1;
        crc0 = apply_shift(shift, (uint32_t)crc0) ^ (uint32_t)crc2;
        *next += block * 3;
        *count -= block * 3;
    }
    return crc0;
}

__attribute__((target("sse4.2,crc32"))) static uint32_t by_instruction(
    uint32_t crc, const uint8_t *next, size_t count) {
    uint64_t crc0 = (uint32_t)~crc;
    crc0 = three_streams(crc0, &next, &count, LONG_BLOCK, long_shift);
    crc0 = three_streams(crc0, &next, &count, SHORT_BLOCK, short_shift);
    for (; count >= 8; count -= 8, next += 8) crc0 = __builtin_ia32_crc32di(crc0, load64(next));
    while (count--) crc0 = __builtin_ia32_crc32qi((uint32_t)crc0, *next++);
    return ~(uint32_t)crc0;
}
#endif

uint32_t eventlog_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return by_instruction(crc, bytes, count);
#endif
    return by_table(crc, bytes, count);
}
