// The body of CRC-32 (gzip's polynomial) by carry-less multiplication, after Gopal and others, "Fast CRC
// Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009): 64 bytes a step are folded
// into the next 64, until 16 are left that have the same remainder as all of them.
#include "checksum.h"

#if defined(__x86_64__)
#include <immintrin.h>

// x^(n+32) and x^(n-32) modulo the polynomial, bits reversed: for n = 512, four registers further, and n = 128.
#define FOUR_LOW 0x154442bd4
#define FOUR_HIGH 0x1c6e41596
#define ONE_LOW 0x1751997d0
#define ONE_HIGH 0x0ccaa009e

__attribute__((target("pclmul,sse4.1"))) static __m128i fold(__m128i value, __m128i by, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(value, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse4.1"))) static size_t by_multiplication(
    uint32_t state, const uint8_t *bytes, size_t count, uint8_t remainder[16]) {
    const __m128i *next = (const __m128i *)bytes;
    __m128i a = _mm_xor_si128(_mm_loadu_si128(next), _mm_cvtsi32_si128((int)state));
    __m128i b = _mm_loadu_si128(next + 1), c = _mm_loadu_si128(next + 2), d = _mm_loadu_si128(next + 3);
    const __m128i *end = next + count / 64 * 4;
    const __m128i four = _mm_set_epi64x(FOUR_HIGH, FOUR_LOW), one = _mm_set_epi64x(ONE_HIGH, ONE_LOW);
    for (next += 4; next < end; next += 4) {
        a = fold(a, four, _mm_loadu_si128(next));
        b = fold(b, four, _mm_loadu_si128(next + 1));
        c = fold(c, four, _mm_loadu_si128(next + 2));
        d = fold(d, four, _mm_loadu_si128(next + 3));
    }
    a = fold(fold(fold(a, one, b), one, c), one, d);
    _mm_storeu_si128((__m128i *)remainder, a);
    return count / 64 * 64;
}
#endif

size_t eventlog_crc32_fold(uint32_t state, const void *bytes, size_t count, uint8_t remainder[16]) {
#if defined(__x86_64__)
    if (count >= 64 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1"))
        return by_multiplication(state, bytes, count, remainder);
#endif
    return 0;
}
