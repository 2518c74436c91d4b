#include "CLimits.h"

#include <string.h>
#include <unistd.h>

static inline const uint8_t *read_length(const uint8_t *at, uint64_t *length) {
  uint8_t first = *at;
  if (first < 0x40) {
    *length = first;
    return at + 1;
  }
  if (first < 0x80) {
    *length = (uint64_t)(first & 0x3f) << 8 | at[1];
    return at + 2;
  }
  *length = (uint64_t)at[1] << 24 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 8 | at[4];
  return at + 5;
}

static const uint8_t *skip_string(const uint8_t *at) {
  uint64_t length;
  if (*at >= 0xc0) return at + 1 + (1 << (*at & 3));
  at = read_length(at, &length);
  return at + length;
}

struct limits_walk limits_walk_strings(const void *bytes) {
  const uint8_t *start = bytes, *at = start + 9;
  struct limits_walk found = {0, 0};
  uint64_t expiry = 0, ignored;
  for (;;) {
    uint8_t opcode = *at++;
    if (opcode == 0x00) {
      uint64_t offset = (uint64_t)(at - 1 - start), key, value;
      at = read_length(at, &key);
      at += key;
      const uint8_t *value_at = at;
      at = read_length(at, &value);
      at += value;
      found.hash =
          limits_mix(found.hash, offset, key, (uint64_t)(at - value_at), expiry);
      found.keys++;
      expiry = 0;
    } else if (opcode == 0xfc) {
      memcpy(&expiry, at, 8);
      at += 8;
    } else if (opcode == 0xfa) {
      at = skip_string(skip_string(at));
    } else if (opcode == 0xfe) {
      at = read_length(at, &ignored);
    } else if (opcode == 0xfb) {
      at = read_length(at, &ignored);
      at = read_length(at, &ignored);
    } else {
      return found;
    }
  }
}

uint64_t limits_sum(const void *bytes, size_t count) {
  const uint8_t *at = bytes;
  uint64_t sums[8] = {0};
  for (; count >= 64; count -= 64, at += 64) {
    uint64_t words[8];
    memcpy(words, at, 64);
    for (int i = 0; i < 8; i++) sums[i] += words[i];
  }
  uint64_t sum = 0;
  for (int i = 0; i < 8; i++) sum += sums[i];
  return sum;
}

int64_t limits_read(int descriptor, void *buffer, size_t size) {
  int64_t total = 0;
  for (;;) {
    ssize_t got = pread(descriptor, buffer, size, total);
    if (got < 0) return -1;
    if (got == 0) return total;
    total += got;
  }
}
