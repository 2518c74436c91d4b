// HyperLogLogs: PFADD, PFMERGE, PFCOUNT.

import RDB

extension Keyspace {
  func runHyperLogLogs(_ verb: Verb, _ arguments: Arguments) throws(CommandFailure) {
    try arguments.require(2)
    switch verb {
    case .pfadd: try addElements(arguments)
    case .pfmerge: try merge(arguments)
    default: try count(arguments)
    }
  }

  /// The HyperLogLog of a key; nil if there is none.
  private func hyperLogLog(_ entry: KeyEntry) throws(CommandFailure) -> HyperLogLogValue? {
    guard let text = try held(by: entry, as: StringValue.self) else { return nil }
    let bytes = text.withBytes(parts) { [UInt8](copying: $0) }
    guard let value = HyperLogLogValue(bytes) else { throw .rejected }
    return value
  }

  private func addElements(_ arguments: Arguments) throws(CommandFailure) {
    let entry = entry(arguments[1])
    let found = try hyperLogLog(entry)
    var value = found ?? HyperLogLogValue()
    var isChanged = found == nil
    for element in arguments.places.dropFirst(2) {
      guard let changed = parts.withBytes(element, { value.add($0) }) else { throw .rejected }
      isChanged = isChanged || changed
    }
    guard isChanged else { return }
    value.invalidate()
    store(value.bytes, entry)
  }

  private func store(_ bytes: [UInt8], _ entry: KeyEntry) {
    keep(StringValue(bytes), in: entry)
  }

  private func merge(_ arguments: Arguments) throws(CommandFailure) {
    var most = [UInt8](repeating: 0, count: HyperLogLogValue.registers)
    var isDense = false
    for key in arguments.places.dropFirst() {
      guard let source = try hyperLogLog(entry(key)) else { continue }
      isDense = isDense || source.isDense
      guard let values = source.values else { throw .rejected }
      for index in most.indices where values[index] > most[index] { most[index] = values[index] }
    }
    let entry = entry(arguments[1])
    var value = try hyperLogLog(entry) ?? HyperLogLogValue()
    if isDense { guard value.makeDense() else { throw .rejected } }
    for (index, register) in most.enumerated() where register > 0 {
      guard value.set(index, register) != nil else { throw .rejected }
    }
    value.invalidate()
    store(value.bytes, entry)
  }

  /// PFCOUNT of one key keeps the cardinality that it has computed.
  private func count(_ arguments: Arguments) throws(CommandFailure) {
    guard arguments.count == 2 else { return }
    let entry = entry(arguments[1])
    guard let value = try hyperLogLog(entry), !value.isCounted else { return }
    guard let counted = value.counted() else { throw .rejected }
    store(counted, entry)
  }
}
