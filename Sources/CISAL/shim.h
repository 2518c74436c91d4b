// ISA-L: crc64_jones_refl is the checksum of RDB files.
#include <isa-l/crc64.h>
