// Limits to compare with: what plain C does in the same process on the same bytes. Nothing here
// checks what it reads, so it is for files that this package wrote itself.
#ifndef CLIMITS_H
#define CLIMITS_H

#include <stddef.h>
#include <stdint.h>

/// What a walk over a file of strings counted.
struct limits_walk {
  uint64_t keys;
  uint64_t hash;
};

/// Walks a file that holds nothing but strings, by pointer. Every record goes into a hash that
/// depends on the order; `limits_mix` says how.
struct limits_walk limits_walk_strings(const void *bytes);

/// One step of that hash.
static inline uint64_t limits_mix(uint64_t hash, uint64_t offset, uint64_t key, uint64_t value,
                                  uint64_t expiry) {
  return hash * UINT64_C(0x9e3779b97f4a7c15) + (offset ^ key << 40 ^ value << 48 ^ expiry);
}

/// The sum of all whole 64-bit words: every cache line is read once.
uint64_t limits_sum(const void *bytes, size_t count);

/// Reads a file from front to back into one buffer; the bytes that came, -1 on an error.
int64_t limits_read(int descriptor, void *buffer, size_t size);

/// LZF, a byte at a time; the bytes that came out, -1 where the data makes no sense.
int64_t limits_lzf(const void *source, size_t packed, void *target, size_t room);

/// Whether the system has liblzf.
int limits_has_liblzf(void);

/// The same by liblzf. Call only where there is one.
int64_t limits_liblzf(const void *source, size_t packed, void *target, size_t room);

/// Unpacks a whole file with a library alone (0: ISA-L, 1: zlib, 2: LZ4) and throws away what comes
/// out; how many bytes that were, -1 where the file is not whole.
int64_t limits_unpack(const char *path, int library);

/// Gives a file that was just written the state in the page cache that reading from disk gives:
/// written out, dropped, read again. 0, or -1 where the system refused.
int limits_settle(const char *path);

/// What a process cost.
struct limits_cost {
  double user;
  double system;
  int64_t resident;  ///< most bytes resident at once
  int status;        ///< its exit status, -1 after a signal
};

/// Starts a program, found on PATH, that writes to a descriptor and complains to nobody; its
/// process number, -1 where it could not be started.
int limits_start(char *const arguments[], int output);

/// Waits for it.
struct limits_cost limits_wait(int process);

#endif
