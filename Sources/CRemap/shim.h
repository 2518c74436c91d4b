// mremap takes a variable number of arguments, and Swift calls no such function.
#ifdef __linux__
#include <stddef.h>
#include <sys/mman.h>

extern void *mremap(void *, size_t, size_t, int, ...);

// Moves pages from one place to another and leaves the first place mapped, and empty: MREMAP_MAYMOVE,
// MREMAP_FIXED and MREMAP_DONTUNMAP. 0, or -1 with errno.
static inline int remap_pages(void *from, size_t count, void *to) {
  return mremap(from, count, count, 1 | 2 | 4, to) == to ? 0 : -1;
}
#endif
