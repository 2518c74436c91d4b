// Brackets and commas of a JSON text.

import RDB

/// The open arrays and objects; at most 64 (output nests six deep).
struct JSONNesting {
  /// The number of open arrays and objects.
  private(set) var depth = 0
  /// One bit per level, the innermost lowest: whether it is an object, and whether it has an
  /// element.
  private var isObject: UInt64 = 0
  private var hasElement: UInt64 = 0

  /// Begins an array.
  @inline(__always)
  mutating func beginArray(_ output: inout OutputBuffer) {
    output.append(0x5b)
    push(isObject: 0)
  }

  /// Begins an object.
  mutating func beginObject(_ output: inout OutputBuffer) {
    output.append(0x7b)
    push(isObject: 1)
  }

  @inline(__always)
  private mutating func push(isObject bit: UInt64) {
    precondition(depth < 64)
    depth &+= 1
    isObject = isObject << 1 | bit
    hasElement <<= 1
  }

  /// Precedes each element of an array.
  @inline(__always)
  mutating func next(_ output: inout OutputBuffer) {
    guard depth > 0 else { return }
    if hasElement & 1 == 1 { output.append(0x2c) }
    hasElement |= 1
  }

  /// Precedes each member of an object.
  mutating func name(_ name: StaticString, _ output: inout OutputBuffer) {
    next(&output)
    output.append(0x22)
    output.append(name)
    output.append("\":")
  }

  /// Closes levels until `depth` are open.
  @inline(__always)
  mutating func close(to depth: Int, _ output: inout OutputBuffer) {
    while self.depth > depth {
      output.append(isObject & 1 == 1 ? 0x7d : 0x5d)
      self.depth &-= 1
      isObject >>= 1
      hasElement >>= 1
    }
  }
}
