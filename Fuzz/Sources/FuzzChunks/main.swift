import Bodies

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer lends `count` bytes for the call.
  let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
  fuzzChunks(unsafe bytes.bytes)
  return 0
}
