// What the libraries do alone: a file is read into one buffer and unpacked into another, again and
// again. What comes out is looked at by nobody; its sums are checked, as by everybody.

#include "CLimits.h"

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { input_size = 1 << 18, output_size = 1 << 20 };

static unsigned char input[input_size];
static unsigned char output[output_size];

static int64_t with_isal(int file) {
  struct inflate_state *state = malloc(sizeof *state);
  int64_t made = 0;
  ssize_t count = 0;
  isal_inflate_init(state);
  state->crc_flag = ISAL_GZIP;
  while ((count = read(file, input, sizeof input)) > 0) {
    state->next_in = input;
    state->avail_in = (uint32_t)count;
    do {
      state->next_out = output;
      state->avail_out = sizeof output;
      if (isal_inflate(state) != ISAL_DECOMP_OK) return -1;
      made += (int64_t)(sizeof output - state->avail_out);
    } while (state->avail_out == 0 && state->block_state != ISAL_BLOCK_FINISH);
  }
  int ended = state->block_state == ISAL_BLOCK_FINISH;
  free(state);
  return count == 0 && ended ? made : -1;
}

static int64_t with_zlib(int file) {
  z_stream stream = {0};
  int64_t made = 0;
  int status = inflateInit2(&stream, 31);
  ssize_t count = 0;
  while (status == Z_OK && (count = read(file, input, sizeof input)) > 0) {
    stream.next_in = input;
    stream.avail_in = (unsigned)count;
    do {
      stream.next_out = output;
      stream.avail_out = sizeof output;
      status = inflate(&stream, Z_NO_FLUSH);
      made += (int64_t)(sizeof output - stream.avail_out);
    } while (status == Z_OK && stream.avail_out == 0);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? made : -1;
}

static int64_t with_lz4(int file) {
  LZ4F_dctx *context = NULL;
  int64_t made = 0;
  size_t status = LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  ssize_t count = 0;
  while (!LZ4F_isError(status) && (count = read(file, input, sizeof input)) > 0) {
    size_t done = 0;
    while (done < (size_t)count && !LZ4F_isError(status)) {
      size_t room = sizeof output, taken = (size_t)count - done;
      status = LZ4F_decompress(context, output, &room, input + done, &taken, NULL);
      done += taken;
      made += (int64_t)room;
    }
  }
  LZ4F_freeDecompressionContext(context);
  return status == 0 ? made : -1;
}

int64_t limits_unpack(const char *path, int library) {
  int file = open(path, O_RDONLY);
  if (file < 0) return -1;
  int64_t made = library == 0 ? with_isal(file) : library == 1 ? with_zlib(file) : with_lz4(file);
  close(file);
  return made;
}
