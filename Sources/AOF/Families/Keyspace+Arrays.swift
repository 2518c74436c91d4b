// Sparse arrays of Redis 8.8.

import RDB

extension Keyspace {
  func runArrays(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(3)
    switch verb {
    case .arset:
      let first = try arrayIndex(arguments, 2)
      try write(
        arguments,
        arguments.places.dropFirst(3).enumerated().map { offset, text in
          (first.addingReportingOverflow(UInt64(offset)).partialValue, text)
        })
    case .armset:
      var elements: [(UInt64, StringPlace)] = []
      for index in stride(from: 2, to: arguments.count - 1, by: 2) {
        elements.append((try arrayIndex(arguments, index), arguments[index + 1]))
      }
      try write(arguments, elements)
    case .ardel, .ardelRange: try deleteElements(verb, arguments)
    case .arinsert: try insertElements(arguments, from: 2, size: nil)
    case .arring: try insertElements(arguments, from: 3, size: try arrayIndex(arguments, 2))
    default: try seek(arguments)
    }
  }

  /// An index, below 2^64 − 1.
  private func arrayIndex(_ arguments: Arguments, _ index: Int) throws(CommandFailure) -> UInt64 {
    guard index < arguments.count,
      let number = parts.withBytes(arguments[index], { $0.unsignedInteger }), number < .max
    else { throw .rejected }
    return number
  }

  private func write(
    _ arguments: Arguments, _ elements: [(UInt64, StringPlace)]
  ) throws(CommandFailure) {
    guard !elements.isEmpty else { throw .rejected }
    let (entry, value) = try heldOrNew(at: arguments[1], as: ArrayValue.self)
    for (index, text) in elements { value.elements[index] = .text(text) }
    keep(value, in: entry)
  }

  private func deleteElements(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    guard let (entry, value) = try held(at: arguments[1], as: ArrayValue.self) else { return }
    if verb == .ardel {
      for index in 2..<arguments.count { value.elements[try arrayIndex(arguments, index)] = nil }
    } else {
      for index in stride(from: 2, to: arguments.count - 1, by: 2) {
        let (a, b) = (try arrayIndex(arguments, index), try arrayIndex(arguments, index + 1))
        value.elements = value.elements.filter { $0.key < min(a, b) || $0.key > max(a, b) }
      }
    }
    touch(entry, isEmpty: value.elements.isEmpty)
  }

  /// ARINSERT writes behind where it wrote last; ARRING the same, around a ring of a size.
  private func insertElements(
    _ arguments: Arguments, from first: Int, size: UInt64?
  ) throws(CommandFailure) {
    guard first < arguments.count, size != 0 else { throw .rejected }
    let (entry, value) = try heldOrNew(at: arguments[1], as: ArrayValue.self)
    if let size, let highest = value.elements.keys.max(), highest >= size {
      // A ring that becomes smaller is laid out anew, in an order that is not followed.
      throw .inexact(cause(.unknownCommand))
    }
    for text in arguments.places.dropFirst(first) {
      var index = value.insertIndex.map { $0 &+ 1 } ?? 0
      if let size { index %= size }
      guard index < .max else { throw .rejected }
      value.elements[index] = .text(text)
      value.insertIndex = index
    }
    keep(value, in: entry)
  }

  /// ARSEEK says where ARINSERT writes next.
  private func seek(_ arguments: Arguments) throws(CommandFailure) {
    let index = try arrayIndex(arguments, 2)
    guard let (entry, value) = try held(at: arguments[1], as: ArrayValue.self) else { return }
    value.insertIndex = index == 0 ? nil : index - 1
    touch(entry)
  }
}
