// Containers unpacked from memory, in steps of any size.

import Testing

@testable import Storage

/// What came out, and why no more did.
struct Unpacked: Equatable {
  var bytes: [UInt8] = []
  var error: InputError?
  var remarks: [InputRemark] = []
  var layers: [ContainerKind] = []

  var reason: ContainerError.Reason? {
    guard case .container(let error)? = error else { return nil }
    return error.reason
  }

  var damage: ContainerError? {
    guard case .container(let error)? = error else { return nil }
    return error
  }
}

/// Unpacks to the end.
func unpack(
  _ bytes: [UInt8], sourceStep: Int = .max, room: Int = 100_000,
  _ options: Unpacker.Options = Unpacker.Options()
) -> Unpacked {
  do throws(InputError) {
    return read(try Unpacker(MemoryStream(bytes, step: sourceStep), options), room: room)
  } catch {
    return Unpacked(error: error)
  }
}

/// Reads to the end.
func read(_ unpacker: Unpacker, room: Int = 100_000) -> Unpacked {
  var result = Unpacked(layers: unpacker.layers)
  // SAFETY: freed here; what was filled is copied.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
  defer { unsafe buffer.deallocate() }
  do throws(InputError) {
    while true {
      let count = try unsafe unpacker.read(into: buffer)
      if count == 0 { break }
      unsafe result.bytes += buffer.prefix(count)
    }
  } catch {
    result.error = error
  }
  result.remarks = unpacker.remarks
  return result
}

func options(_ library: InflaterLibrary) -> Unpacker.Options {
  var options = Unpacker.Options()
  options.library = library
  return options
}
