#define _GNU_SOURCE
#include "CLimits.h"

#include <dlfcn.h>

int64_t limits_lzf(const void *source, size_t packed, void *target, size_t room) {
  const uint8_t *in = source, *in_end = in + packed;
  uint8_t *out = target, *out_start = out, *out_end = out + room;
  while (in < in_end) {
    size_t control = *in++;
    if (control < 32) {
      size_t count = control + 1;
      if ((size_t)(out_end - out) < count || (size_t)(in_end - in) < count) return -1;
      while (count--) *out++ = *in++;
    } else {
      size_t count = control >> 5;
      if (count == 7) {
        if (in == in_end) return -1;
        count += *in++;
      }
      if (in == in_end) return -1;
      size_t distance = ((control & 31) << 8 | *in++) + 1;
      count += 2;
      if ((size_t)(out_end - out) < count || (size_t)(out - out_start) < distance) return -1;
      const uint8_t *from = out - distance;
      while (count--) *out++ = *from++;
    }
  }
  return out - out_start;
}

typedef unsigned int (*decompress)(const void *, unsigned int, void *, unsigned int);

static decompress liblzf(void) {
  static decompress found;
  static int asked;
  if (!asked) {
    static const char *const names[] = {"liblzf.so.1", "liblzf.so", "liblzf.dylib"};
    for (int i = 0; i < 3 && !found; i++) {
      void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
      if (library) *(void **)&found = dlsym(library, "lzf_decompress");
    }
    asked = 1;
  }
  return found;
}

int limits_has_liblzf(void) { return liblzf() != 0; }

int64_t limits_liblzf(const void *source, size_t packed, void *target, size_t room) {
  unsigned int count = liblzf()(source, (unsigned int)packed, target, (unsigned int)room);
  return count == 0 ? -1 : (int64_t)count;
}
