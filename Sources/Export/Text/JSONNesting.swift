// Brackets and commas: what is open, and whether something stands in it already.

import RDB

/// The arrays and objects of a JSON text that are open.
struct JSONNesting {
  private var open: [(closer: UInt8, isEmpty: Bool)] = []

  /// Arrays and objects that are open.
  var depth: Int { open.count }

  /// Begins an array.
  mutating func beginArray(_ output: inout OutputBuffer) {
    output.append(0x5b)
    open.append((0x5d, true))
  }

  /// Begins an object.
  mutating func beginObject(_ output: inout OutputBuffer) {
    output.append(0x7b)
    open.append((0x7d, true))
  }

  /// Stands before each element of an array.
  mutating func next(_ output: inout OutputBuffer) {
    guard let last = open.indices.last else { return }
    if !open[last].isEmpty { output.append(0x2c) }
    open[last].isEmpty = false
  }

  /// Stands before each value of an object.
  mutating func name(_ name: StaticString, _ output: inout OutputBuffer) {
    next(&output)
    output.append(0x22)
    output.append(name)
    output.append("\":")
  }

  /// Ends what is open until only `depth` are.
  mutating func close(to depth: Int, _ output: inout OutputBuffer) {
    while open.count > depth, let last = open.popLast() { output.append(last.closer) }
  }
}
