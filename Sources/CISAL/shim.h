// ISA-L: crc64_jones_refl is the checksum of RDB files.
#include <isa-l/crc64.h>
// and igzip unpacks gzip.
#include <isa-l/igzip_lib.h>
