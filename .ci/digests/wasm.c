// The few functions of C that a program in WebAssembly needs and the compiler doesn't bring along.

#include <stddef.h>
#include <stdint.h>

__attribute__((import_module("host"), import_name("putchar"))) int host_putchar(int character);

int putchar(int character) { return host_putchar(character); }

uintptr_t __stack_chk_guard = 0x5bd1e995;

_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

extern unsigned char __heap_base;

// Freed blocks, by the logarithm of their sizes. Each block begins, 16 bytes before its contents, with that logarithm; a
// free one holds the next.
static void *freed[32];
static uintptr_t end;

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment > 16) size += alignment;
  unsigned class = 5;
  while (((size_t)1 << class) < size + 16) class++;
  unsigned char *block = freed[class];
  if (block) {
    freed[class] = *(void **)(block + 16);
  } else {
    if (!end) end = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
    uintptr_t start = end;
    end += (size_t)1 << class;
    size_t pages = (end + 65535) / 65536, present = __builtin_wasm_memory_size(0);
    if (pages > present && __builtin_wasm_memory_grow(0, pages - present) == (size_t)-1) return 12;
    block = (unsigned char *)start;
  }
  uintptr_t contents = (uintptr_t)block + 16;
  if (alignment > 16) contents = (contents + alignment - 1) & ~(uintptr_t)(alignment - 1);
  // Found again by `free` from the address of the contents.
  ((uint32_t *)contents)[-1] = class;
  ((uint32_t *)contents)[-2] = (uint32_t)(contents - (uintptr_t)block);
  *result = (void *)contents;
  return 0;
}

void free(void *contents) {
  if (!contents) return;
  uint32_t class = ((uint32_t *)contents)[-1];
  unsigned char *block = (unsigned char *)contents - ((uint32_t *)contents)[-2];
  *(void **)(block + 16) = freed[class];
  freed[class] = block;
}

void *memcpy(void *to, const void *from, size_t count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  for (size_t i = 0; i < count; i++) target[i] = source[i];
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  if (to <= from) return memcpy(to, from, count);
  unsigned char *target = to;
  const unsigned char *source = from;
  while (count--) target[count] = source[count];
  return to;
}

void *memset(void *to, int byte, size_t count) {
  unsigned char *target = to;
  for (size_t i = 0; i < count; i++) target[i] = (unsigned char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const unsigned char *first = a, *second = b;
  for (size_t i = 0; i < count; i++)
    if (first[i] != second[i]) return first[i] < second[i] ? -1 : 1;
  return 0;
}

// Seeds of hash tables, whose order changes no result.
void arc4random_buf(void *bytes, size_t count) { memset(bytes, 7, count); }

double round(double x) {
  double whole = __builtin_trunc(x);
  return __builtin_fabs(x - whole) < 0.5 ? whole : whole + __builtin_copysign(1, x);
}

// Products of 128 bits, from those of 32.
__int128 __multi3(__int128 a, __int128 b) {
  uint64_t a_low = (uint64_t)a, b_low = (uint64_t)b;
  uint64_t low = (a_low & 0xffffffff) * (b_low & 0xffffffff);
  uint64_t middle = (a_low >> 32) * (b_low & 0xffffffff) + (low >> 32);
  uint64_t other = (a_low & 0xffffffff) * (b_low >> 32) + (middle & 0xffffffff);
  uint64_t high = (a_low >> 32) * (b_low >> 32) + (middle >> 32) + (other >> 32);
  high += a_low * (uint64_t)(b >> 64) + (uint64_t)(a >> 64) * b_low;
  return (__int128)((unsigned __int128)high << 64 | other << 32 | (low & 0xffffffff));
}

// Conversions of half precision, whose numbers are passed as their bits.
uint16_t __truncdfhf2(double x) {
  uint64_t bits = __builtin_bit_cast(uint64_t, x), magnitude = bits & ~(1ull << 63);
  uint16_t sign = (uint16_t)(bits >> 63 << 15);
  if (x != x) return sign | 0x7e00;
  // Below 2^-14, a multiple of 2^-24.
  if (magnitude < 0x3f10ull << 48) return sign | (uint16_t)__builtin_rint(__builtin_fabs(x) * 0x1p24);
  uint64_t half = ((magnitude + (1ull << 41) - 1 + (magnitude >> 42 & 1)) >> 42) - ((1023 - 15) << 10);
  return sign | (uint16_t)(half < 0x7c00 ? half : 0x7c00);
}

uint16_t __truncsfhf2(float x) { return __truncdfhf2(x); }

float __extendhfsf2(uint16_t half) {
  uint32_t sign = (uint32_t)(half >> 15) << 31, magnitude = half & 0x7fff;
  float x = magnitude >= 0x7c00  ? __builtin_bit_cast(float, 0x7f800000 | (magnitude & 0x3ff) << 13)
            : magnitude >= 0x400 ? __builtin_bit_cast(float, (magnitude + ((127 - 15) << 10)) << 13)
                                 : (float)magnitude * 0x1p-24f;
  return __builtin_bit_cast(float, __builtin_bit_cast(uint32_t, x) | sign);
}
